// inlay classify -m MODEL [--labels A,B | --labels-file F] [--examples F.jsonl [--save-head F]] [--head F]
//                [--multi-label] [--top-k N] [--json] [TEXT…]
#include <algorithm>
#include <memory>

#include "commands.h"
#include "examples.h"
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
  std::string model, labels, labels_file, examples, method, save_head, head;
  std::vector<std::string> texts;
  bool multi_label = false, balanced = false, json = false;
  int64_t top_k = 0, threads = 0;
  float threshold = 0, margin = 0, temperature = 0, unknown_share = 0;

  bool learns() const { return !examples.empty(); }
};

// Options that would have no effect are mistakes.
void check_options(const Classify& options) {
  const bool labels = !options.labels.empty() || !options.labels_file.empty();
  if (!options.head.empty() && (labels || options.learns()))
    fail_usage("classify: --head: expected it without labels and examples, which it holds");
  const bool zero_shot = options.multi_label || options.threshold != 0 || options.margin != 0 ||
                         options.temperature != 0;
  if (zero_shot && (options.learns() || !options.head.empty()))
    fail_usage(
        "classify: --multi-label, --threshold, --margin, --temperature: expected labels alone, "
        "found ",
        options.learns() ? "--examples" : "--head");
  const bool few_shot = !options.save_head.empty() || !options.method.empty() || options.balanced ||
                        options.unknown_share != 0;
  if (few_shot && !options.learns())
    fail_usage(
        "classify: --save-head, --method, --balanced, --unknown-share: expected --examples "
        "with them, found none");
}

std::vector<Label> read_labels(const Classify& options) {
  if (options.learns() && options.labels.empty() && options.labels_file.empty()) return {};
  if (options.labels.empty() == options.labels_file.empty()) {
    fail_usage("classify: expected --labels or --labels-file, found ",
               options.labels.empty() ? "neither" : "both");
  }
  if (!options.labels.empty()) return parse_labels(options.labels);
  return parse_labels_file(read_file(to_path(options.labels_file), 16 << 20), options.labels_file);
}

uint32_t read_method(const std::string& name) {
  if (name.empty() || name == "logistic") return INLAY_FEW_SHOT_LOGISTIC;
  if (name == "centroid") return INLAY_FEW_SHOT_CENTROID;
  fail_usage("classify: --method: expected logistic or centroid, found ", quote(name));
}

Classifier open_head(const Classify& options) {
  const Model model = open_model(options.model);
  auto few_shot = default_options<inlay_few_shot_options>();
  few_shot.threads = static_cast<uint32_t>(options.threads);
  Classifier classifier;
  check(inlay_classifier_open(model.get(), options.head.c_str(), &few_shot, classifier.out()));
  return classifier;
}

Classifier learn(const Classify& options, const std::vector<Label>& labels) {
  auto few_shot = default_options<inlay_few_shot_options>();
  few_shot.threads = static_cast<uint32_t>(options.threads);
  few_shot.method = read_method(options.method);
  few_shot.balanced = options.balanced;
  few_shot.unknown_share = options.unknown_share;
  const Examples examples =
      parse_examples(read_file(to_path(options.examples), 256 << 20), options.examples);
  const TextPointers texts(examples.texts);
  std::vector<const char*> names;
  for (const std::string& label : examples.labels) names.push_back(label.c_str());
  const LabelPointers pointers(labels);
  const Model model = open_model(options.model);
  Classifier classifier;
  check(inlay_classifier_from_examples(
      model.get(), pointers.labels().data(), pointers.labels().size(), texts.data.data(),
      texts.bytes.data(), names.data(), names.size(), &few_shot, classifier.out()));
  if (!options.save_head.empty())
    check(inlay_classifier_save(classifier.get(), options.save_head.c_str()));
  return classifier;
}

Classifier make_classifier(const Classify& options) {
  if (!options.head.empty()) return open_head(options);
  const std::vector<Label> labels = read_labels(options);
  if (options.learns()) return learn(options, labels);
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
    std::string share = bar(score, 10);
    std::string beside;
    if (i == 0) {
      beside = "  " + fit_columns(printable(text) + (result.truncated ? " (truncated)" : ""), left);
    } else {
      share.resize(share.find_last_not_of(' ') + 1);
    }
    print_line(painted(pad_right(printable(result.labels[i]), label_columns), Paint::kBold) + "  " +
               fixed(score, 2) + "  " + painted(share, score_paint(score)) + beside);
  }
}

int widest_label(const inlay_classification& result) {
  int columns = text_columns("unknown");
  for (size_t i = 0; i < result.label_count; ++i)
    columns = std::max(columns, text_columns(printable(result.labels[i])));
  return columns;
}

void run_classify(const Classify& options) {
  check_options(options);
  const Classifier classifier = make_classifier(options);
  if (!options.save_head.empty() && options.texts.empty()) return;
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
        print_rows((*batch)[i], result, count, widest_label(result));
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
  options.text("--examples", classify->examples, "FILE",
               "learn from lines {\"text\": …, \"label\": …}; labels may be described too");
  options.text("--method", classify->method, "NAME",
               "how to learn: logistic, the default, or centroid");
  options.flag("--balanced", classify->balanced,
               "labels weigh the same, however many examples each has");
  options.number(
      "--unknown-share", classify->unknown_share,
      "what is further from its label than all but this share of examples is \"unknown\"");
  options.text("--save-head", classify->save_head, "FILE",
               "write what was learned; without TEXT nothing else is done");
  options.text("--head", classify->head, "FILE", "use what --save-head wrote");
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
