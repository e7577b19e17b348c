// inlay classify -m MODEL [--labels A,B | --labels-file F] [--examples F.jsonl [--save-head F]] [--head F]
//                [--multi-label] [--top-k N] [--json] [TEXT…]
// Without labels by the model's own head: of texts, pairs (--pair) or tokens (--aggregation).
#include <algorithm>
#include <memory>

#include "classifiers.h"
#include "commands.h"
#include "entities.h"
#include "json.h"
#include "model_argument.h"
#include "output.h"
#include "table.h"
#include "text_width.h"
#include "texts.h"

namespace cli {
namespace {

struct Classify {
  std::string model;
  ClassifierOptions classifier;
  EntityOptions entities;
  std::vector<std::string> texts;
  bool pair = false, json = false;
  int64_t top_k = 0;
};

// How many labels to show: as --top-k says; without it all of them in JSON, and in the table the best
// one, or with --multi-label those that apply.
size_t shown_count(const Classify& options, const inlay_classification& result) {
  if (options.top_k > 0) return std::min(static_cast<size_t>(options.top_k), result.label_count);
  if (options.json) return result.label_count;
  size_t count = 1;
  while (options.classifier.multi_label && count < result.label_count &&
         result.scores[count] >= 0.5f)
    ++count;
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
  const ClassifierMaterial material = read_material(options.classifier);
  const Model model = open_model(options.model);
  const bool own_head = options.classifier.uses_own_head();
  if (own_head && inlay_model_head(model.get()) == INLAY_HEAD_TOKENS) {
    EntityOptions chosen = options.entities;
    chosen.threads = options.classifier.threads;
    TextSource source(options.texts);
    return print_entities(make_token_classifier(model, chosen), source, options.json);
  }
  const Classifier classifier = make_classifier(options.classifier, material, model);
  if (!options.classifier.save_head.empty() && options.texts.empty()) return;
  TextSource source(options.texts);
  print_labels(options, classifier, source);
}

}  // namespace

void add_classify(Options& options) {
  auto classify = std::make_shared<Classify>();
  options.model(classify->model);
  add_classifier_options(options, classify->classifier);
  options.number("--top-k", classify->top_k, 0,
                 "show so many labels; default: the best one, all with --json");
  options.flag("--pair", classify->pair, "two texts a row: TEXT PAIR …, or lines text<TAB>pair");
  options.text("--aggregation", classify->entities.aggregation, "NAME",
               "how tokens become entities: none, simple (the default), first, average, max");
  options.number("--stride", classify->entities.stride, 0,
                 "entities: how many tokens the windows of a long text share");
  options.flag("--truncate", classify->entities.truncate, "entities: a long text loses its end");
  options.flag("--char-offsets", classify->entities.character_offsets,
               "entities: begin and end in characters, not bytes");
  options.flag("--json", classify->json, "one object a line");
  options.list("TEXT", classify->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([classify] { run_classify(*classify); });
}

}  // namespace cli
