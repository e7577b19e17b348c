// inlay classify -m MODEL [--labels A,B | --labels-file F] [--multi-label] [--top-k N] [--json] [TEXT…]
// Without labels by the model's own head: of texts, pairs (--pair) or tokens (--aggregation).
#include <algorithm>
#include <memory>

#include "choice.h"
#include "commands.h"
#include "entities.h"
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
  std::string model, labels, labels_file, examples, hypothesis, activation;
  std::vector<std::string> texts;
  bool multi_label = false, json = false, pair = false, raw = false;
  int64_t top_k = 0, threads = 0;
  float threshold = 0, margin = 0, temperature = 0;
  EntityOptions entities;
};

// None where the model's own labels are meant.
std::vector<Label> read_labels(const Classify& options) {
  if (!options.examples.empty()) {
    fail(
        "classify: --examples: expected --labels or --labels-file, found --examples, which is not "
        "built yet");
  }
  if (!options.labels.empty() && !options.labels_file.empty())
    fail_usage("classify: expected --labels or --labels-file, found both");
  if (!options.labels.empty()) return parse_labels(options.labels);
  if (options.labels_file.empty()) return {};
  return parse_labels_file(read_file(to_path(options.labels_file), 16 << 20), options.labels_file);
}

Classifier make_zero_shot(const Classify& options, const Model& model,
                          const std::vector<Label>& labels) {
  const LabelPointers pointers(labels);
  auto chosen = default_options<inlay_classifier_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.temperature = options.temperature;
  chosen.threshold = options.threshold;
  chosen.margin = options.margin;
  chosen.multi_label = options.multi_label;
  Classifier classifier;
  check(inlay_classifier_create(model.get(), pointers.labels().data(), pointers.labels().size(),
                                &chosen, classifier.out()));
  return classifier;
}

Classifier make_nli(const Classify& options, const Model& model, const std::vector<Label>& labels) {
  std::vector<const char*> names;
  for (const Label& label : labels) {
    if (!label.descriptions.empty())
      fail("classify: label ", quote(label.name),
           ": expected a name alone for a model of language inference, found descriptions");
    names.push_back(label.name.c_str());
  }
  auto chosen = default_options<inlay_nli_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.multi_label = options.multi_label;
  if (!options.hypothesis.empty()) chosen.hypothesis = options.hypothesis.c_str();
  Classifier classifier;
  check(inlay_classifier_from_nli(model.get(), names.data(), names.size(), &chosen,
                                  classifier.out()));
  return classifier;
}

Classifier make_of_head(const Classify& options, const Model& model) {
  auto chosen = default_options<inlay_head_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.activation = options.raw
                          ? static_cast<uint32_t>(INLAY_ACTIVATION_NONE)
                          : choose(options.activation, kActivations, "classify: --activation");
  Classifier classifier;
  check(inlay_classifier_from_head(model.get(), &chosen, classifier.out()));
  return classifier;
}

// By labels in words, or without any by the model's own head.
Classifier make_classifier(const Classify& options, const Model& model,
                           const std::vector<Label>& labels) {
  const inlay_head head = inlay_model_head(model.get());
  if (labels.empty() && head == INLAY_HEAD_NONE) {
    fail_usage(
        "classify: expected --labels or --labels-file for a model without a head of its own, found "
        "neither");
  }
  if (labels.empty()) return make_of_head(options, model);
  if (head == INLAY_HEAD_INFERENCE) return make_nli(options, model, labels);
  return make_zero_shot(options, model, labels);
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

void print_json(const Input& input, bool pair, const inlay_classification& result, size_t count) {
  JsonLine line;
  line.begin_object().key("text").string(input.text);
  if (pair) line.key("pair").string(input.pair);
  line.key("labels").begin_array();
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

int widest_label(const Classifier& classifier) {
  int columns = text_columns("unknown");
  for (size_t i = 0; i < inlay_classifier_label_count(classifier.get()); ++i) {
    const std::string label = inlay_classifier_label(classifier.get(), i);
    columns = std::max(columns, text_columns(printable(label)));
  }
  return columns;
}

Classifications classify(const Classifier& classifier, const std::vector<Input>& inputs,
                         bool pair) {
  std::vector<std::string> texts, pairs;
  for (const Input& input : inputs) {
    texts.push_back(input.text);
    pairs.push_back(input.pair);
  }
  const TextPointers first(texts), second(pairs);
  Classifications results;
  check(pair ? inlay_classifier_classify_pairs(classifier.get(), first.data.data(),
                                               first.bytes.data(), second.data.data(),
                                               second.bytes.data(), texts.size(), results.out())
             : inlay_classifier_classify(classifier.get(), first.data.data(), first.bytes.data(),
                                         texts.size(), results.out()));
  return results;
}

void print_labels(const Classify& options, const Classifier& classifier, TextSource& source) {
  const int label_columns = widest_label(classifier);
  while (const auto batch = source.next()) {
    const std::vector<Input> inputs =
        inputs_of(*batch, options.pair, !options.texts.empty(), "classify");
    const Classifications results = classify(classifier, inputs, options.pair);
    for (size_t i = 0; i < inputs.size(); ++i) {
      const inlay_classification result = inlay_classifications_get(results.get(), i);
      const size_t count = shown_count(options, result);
      if (options.json) {
        print_json(inputs[i], options.pair, result, count);
      } else {
        const std::string second = options.pair ? " | " + inputs[i].pair : "";
        print_rows(inputs[i].text + second, result, count, label_columns);
      }
    }
    flush_output();
  }
}

void run_classify(const Classify& options) {
  const std::vector<Label> labels = read_labels(options);
  if (options.raw && !options.activation.empty())
    fail_usage("classify: expected --raw or --activation, found both");
  const Model model = open_model(options.model);
  TextSource source(options.texts);
  if (labels.empty() && inlay_model_head(model.get()) == INLAY_HEAD_TOKENS) {
    EntityOptions chosen = options.entities;
    chosen.threads = options.threads;
    print_entities(make_token_classifier(model, chosen), source, options.json);
  } else {
    print_labels(options, make_classifier(options, model, labels), source);
  }
}

}  // namespace

void add_classify(Options& options) {
  auto classify = std::make_shared<Classify>();
  options.model(classify->model);
  options.text("--labels", classify->labels, "A,B",
               "labels, separated by commas; without any, the model's own");
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
  options.text("--hypothesis", classify->hypothesis, "TEXT",
               "what a model of language inference reads for a label; \"This example is {}.\"");
  options.flag("--pair", classify->pair, "two texts a row: TEXT PAIR …, or lines text<TAB>pair");
  options.text("--activation", classify->activation, "NAME",
               "scores of the model's own head: softmax, sigmoid or none; default: as it says");
  options.flag("--raw", classify->raw, "the same as --activation none");
  options.text("--aggregation", classify->entities.aggregation, "NAME",
               "how tokens become entities: none, simple (the default), first, average, max");
  options.number("--stride", classify->entities.stride, 0,
                 "entities: how many tokens the windows of a long text share");
  options.flag("--truncate", classify->entities.truncate, "entities: a long text loses its end");
  options.flag("--char-offsets", classify->entities.character_offsets,
               "entities: begin and end in characters, not bytes");
  options.threads(classify->threads);
  options.flag("--json", classify->json, "one object a line");
  options.list("TEXT", classify->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([classify] { run_classify(*classify); });
}

}  // namespace cli
