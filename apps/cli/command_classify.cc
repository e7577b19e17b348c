// inlay classify -m MODEL [--labels A,B | --labels-file F] [--multi-label] [--top-k N] [--json] [TEXT…]
#include <algorithm>
#include <memory>

#include "commands.h"
#include "json.h"
#include "labels.h"
#include "model_argument.h"
#include "output.h"
#include "table.h"
#include "text_width.h"
#include "texts.h"

namespace cli {
namespace {

struct Classify {
  std::string model, labels, labels_file, examples;
  std::vector<std::string> texts;
  bool multi_label = false, json = false;
  int64_t top_k = 0, threads = 0;
  float threshold = 0, margin = 0, temperature = 0;
};

std::vector<Label> read_labels(const Classify& options) {
  if (!options.examples.empty()) {
    fail(
        "classify: --examples: expected --labels or --labels-file, found --examples, which is not "
        "built yet");
  }
  if (options.labels.empty() == options.labels_file.empty()) {
    fail_usage("classify: expected --labels or --labels-file, found ",
               options.labels.empty() ? "neither" : "both");
  }
  if (!options.labels.empty()) return parse_labels(options.labels);
  return parse_labels_file(read_file(to_path(options.labels_file), 16 << 20), options.labels_file);
}

Classifier make_classifier(const Classify& options, const std::vector<Label>& labels) {
  const Model model = open_model(options.model);
  const LabelPointers pointers(labels);
  auto classifier_options = default_options<inlay_classifier_options>();
  classifier_options.threads = static_cast<uint32_t>(options.threads);
  classifier_options.temperature = options.temperature;
  classifier_options.threshold = options.threshold;
  classifier_options.margin = options.margin;
  classifier_options.multi_label = options.multi_label;
  Classifier classifier;
  check(inlay_classifier_create(model.get(), pointers.labels().data(), pointers.labels().size(),
                                &classifier_options, classifier.out()));
  return classifier;
}

// How many labels to show: as --top-k says; without it all of them in JSON, and in the table the best
// one, or with --multi-label those that apply.
size_t shown_count(const Classify& options, const inlay_classification& result) {
  if (options.top_k > 0) return std::min(static_cast<size_t>(options.top_k), result.label_count);
  if (options.json) return result.label_count;
  size_t count = 1;
  while (options.multi_label && count < result.label_count && result.scores[count] >= 0.5f) ++count;
  return std::min(count, result.label_count);
}

void print_json(const std::string& text, const inlay_classification& result, size_t count) {
  JsonLine line;
  line.begin_object().key("text").string(text).key("labels").begin_array();
  for (size_t i = 0; i < count; ++i) {
    line.begin_object().key("label").string(result.labels[i]);
    line.key("score").number(result.scores[i]).end_object();
  }
  line.end_array();
  if (result.truncated) line.key("truncated").boolean(true);
  print_line(line.end_object().text());
}

Paint score_paint(float score) {
  return score >= 0.7f ? Paint::kGreen : score >= 0.4f ? Paint::kYellow : Paint::kRed;
}

// A line a label: label, score, bar; the text stands beside the first.
void print_rows(const std::string& text, const inlay_classification& result, size_t count,
                int label_columns) {
  const int used = label_columns + 2 + 4 + 2 + 10 + 2;
  const int left = std::max(output_columns(1 << 20) - used, 12);
  for (size_t i = 0; i < count; ++i) {
    const float score = result.scores[i];
    std::string line = painted(pad_right(printable(result.labels[i]), label_columns), Paint::kBold);
    line += "  " + fixed(score, 2) + "  " + painted(bar(score, 10), score_paint(score));
    if (i == 0)
      line += "  " + fit_columns(printable(text) + (result.truncated ? " (truncated)" : ""), left);
    print_line(line);
  }
}

int widest_label(const std::vector<Label>& labels) {
  int columns = text_columns("unknown");
  for (const Label& label : labels)
    columns = std::max(columns, text_columns(printable(label.name)));
  return columns;
}

void run_classify(const Classify& options) {
  const std::vector<Label> labels = read_labels(options);
  const Classifier classifier = make_classifier(options, labels);
  const int label_columns = widest_label(labels);
  TextSource source(options.texts);
  while (const auto batch = source.next()) {
    const TextPointers pointers(*batch);
    Classifications results;
    check(inlay_classifier_classify(classifier.get(), pointers.data.data(), pointers.bytes.data(),
                                    batch->size(), results.out()));
    for (size_t i = 0; i < inlay_classifications_count(results.get()); ++i) {
      const inlay_classification result = inlay_classifications_get(results.get(), i);
      const size_t count = shown_count(options, result);
      if (options.json) {
        print_json((*batch)[i], result, count);
      } else {
        print_rows((*batch)[i], result, count, label_columns);
      }
    }
    flush_output();
  }
}

}  // namespace

void add_classify(Options& options) {
  auto classify = std::make_shared<Classify>();
  options.model(classify->model);
  options.text("--labels", classify->labels, "A,B", "labels, separated by commas");
  options.text("--labels-file", classify->labels_file, "FILE",
               "lines `label` or `label<TAB>description`, any number of lines a label");
  options.text("--examples", classify->examples, "FILE", "texts with their labels (not built yet)");
  options.flag("--multi-label", classify->multi_label, "score each label for itself");
  options.number("--top-k", classify->top_k, 0,
                 "show so many labels; default: the best one, all with --json");
  options.number("--threshold", classify->threshold, "a best cosine below X is \"unknown\"");
  options.number("--margin", classify->margin, "two best cosines closer than X are \"unknown\"");
  options.number("--temperature", classify->temperature,
                 "softmax over cosine / X; 0: the library's default");
  options.threads(classify->threads);
  options.flag("--json", classify->json, "one object a line");
  options.list("TEXT", classify->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([classify] { run_classify(*classify); });
}

}  // namespace cli
