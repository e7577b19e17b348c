// inlay bench -m MODEL [--batch B] [--length L] [--shape NAME=1x3x224x224 …] [--threads N]
//             [--precision P] [--runs N] [--json]
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "bench_inputs.h"
#include "commands.h"
#include "json.h"
#include "model_argument.h"
#include "output.h"
#include "precision.h"
#include "table.h"

namespace cli {
namespace {

struct Bench {
  std::string model, precision = "f32";
  BenchSizes sizes;
  int64_t threads = 0, runs = 30;
  bool json = false;
};

struct Figures {
  double load_ms = 0, first_ms = 0;
  std::vector<double> run_ms;  // sorted
};

class Stopwatch {
 public:
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The value below which a share `rank` in [0, 1] of the sorted values lies, interpolated.
double quantile(const std::vector<double>& sorted, double rank) {
  const double place = rank * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double run_once(const Session& session, const std::vector<NamedArray>& inputs) {
  std::vector<const char*> names;
  std::vector<inlay_tensor_view> views;
  for (const NamedArray& input : inputs) {
    names.push_back(input.name.c_str());
    views.push_back(input.array.view());
  }
  std::vector<inlay_tensor*> outputs(inlay_session_output_count(session.get()));
  const Stopwatch watch;
  check(inlay_session_run(session.get(), nullptr, names.data(), views.data(), views.size(), nullptr,
                          outputs.size(), outputs.data()));
  const double ms = watch.ms();
  for (inlay_tensor* output : outputs) inlay_tensor_free(output);
  return ms;
}

// The tokenizer's vocabulary where the model has one; a bound that any text model keeps otherwise.
int64_t vocab_size(const Model& model) {
  Tokenizer tokenizer;
  if (inlay_error* error = inlay_tokenizer_create(model.get(), tokenizer.out())) {
    inlay_error_free(error);
    return 1000;
  }
  return std::max<int64_t>(1, static_cast<int64_t>(inlay_tokenizer_vocab_size(tokenizer.get())));
}

Figures measure(const Bench& options) {
  const std::string path = model_path(options.model);
  Figures figures;
  const Stopwatch load;
  const Model model = open_model(path);
  auto session_options = default_options<inlay_session_options>();
  session_options.threads = static_cast<uint32_t>(options.threads);
  Session session;
  check(inlay_session_create(model.get(), &session_options, session.out()));
  figures.load_ms = load.ms();

  BenchSizes sizes = options.sizes;
  sizes.vocab_size = vocab_size(model);
  const std::vector<NamedArray> inputs = make_bench_inputs(session, sizes);
  figures.first_ms = run_once(session, inputs);
  for (int64_t i = 0; i < options.runs; ++i) figures.run_ms.push_back(run_once(session, inputs));
  std::sort(figures.run_ms.begin(), figures.run_ms.end());
  return figures;
}

void print_json(const Bench& options, const Figures& figures, int64_t threads) {
  JsonLine line;
  line.begin_object()
      .key("load_ms")
      .number(figures.load_ms)
      .key("first_ms")
      .number(figures.first_ms);
  line.key("median_ms").number(quantile(figures.run_ms, 0.5));
  line.key("p10_ms").number(quantile(figures.run_ms, 0.1));
  line.key("p90_ms").number(quantile(figures.run_ms, 0.9));
  line.key("runs").integer(options.runs).key("threads").integer(threads);
  line.key("batch").integer(options.sizes.batch).key("length").integer(options.sizes.length);
  line.key("precision").string(options.precision);
  print_line(line.key("peak_rss_bytes").integer(peak_rss_bytes()).end_object().text());
}

void print_table(const Bench& options, const Figures& figures, int64_t threads) {
  const auto ms = [](double value) { return fixed(value, value < 10 ? 3 : 1) + " ms"; };
  Table table({{"", Table::kLeft, Paint::kCyan}, {"", Table::kRight, Paint::kBold}, {""}});
  table.row({"load", ms(figures.load_ms), "open the model and make a session"});
  table.row({"first run", ms(figures.first_ms), ""});
  table.row({"median", ms(quantile(figures.run_ms, 0.5)), concat("of ", options.runs, " runs")});
  table.row({"10 % to 90 %", ms(quantile(figures.run_ms, 0.1)),
             "to " + ms(quantile(figures.run_ms, 0.9))});
  table.row({"peak memory", bytes_text(static_cast<double>(peak_rss_bytes())), ""});
  table.print();
  print_line(painted(concat("batch ", options.sizes.batch, ", length ", options.sizes.length, ", ",
                            threads, threads == 1 ? " thread, " : " threads, ", options.precision),
                     Paint::kDim));
}

void run_bench(const Bench& options) {
  check_precision("bench", options.precision);
  const Figures figures = measure(options);
  const int64_t usable = std::max(1u, std::thread::hardware_concurrency());
  const int64_t threads = options.threads > 0 ? options.threads : usable;
  options.json ? print_json(options, figures, threads) : print_table(options, figures, threads);
}

}  // namespace

void add_bench(Options& options) {
  auto bench = std::make_shared<Bench>();
  options.model(bench->model);
  options.number("--batch", bench->sizes.batch, 1, "rows; default 1");
  options.number("--length", bench->sizes.length, 1, "tokens a row, for text models; default 128");
  options.list("--shape", bench->sizes.shapes, "NAME=1x3x224x224", "the shape of an input");
  options.threads(bench->threads);
  options.text("--precision", bench->precision, "f32|bf16|int8", "how numbers are multiplied");
  options.number("--runs", bench->runs, 1, "how often to run after the first time; default 30");
  options.flag("--json", bench->json, "one object");
  options.on_run([bench] { run_bench(*bench); });
}

}  // namespace cli
