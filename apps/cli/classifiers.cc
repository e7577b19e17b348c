#include "classifiers.h"

#include "choice.h"
#include "failure.h"
#include "output.h"
#include "system.h"
#include "texts.h"

namespace cli {
namespace {

Classifier make_zero_shot(const ClassifierOptions& options, const Model& model,
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

Classifier make_nli(const ClassifierOptions& options, const Model& model,
                    const std::vector<Label>& labels) {
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

Classifier make_of_own_head(const ClassifierOptions& options, const Model& model) {
  if (inlay_model_head(model.get()) == INLAY_HEAD_NONE)
    fail_usage(
        "classify: expected --labels, --labels-file, --examples or --head for a model without a "
        "head of its own, found none");
  auto chosen = default_options<inlay_head_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.activation = options.raw
                          ? static_cast<uint32_t>(INLAY_ACTIVATION_NONE)
                          : choose(options.activation, kActivations, "classify: --activation");
  Classifier classifier;
  check(inlay_classifier_from_head(model.get(), &chosen, classifier.out()));
  return classifier;
}

inlay_few_shot_options few_shot_options(const ClassifierOptions& options) {
  auto chosen = default_options<inlay_few_shot_options>();
  chosen.threads = static_cast<uint32_t>(options.threads);
  chosen.method = choose(options.method, kFewShotMethods, "classify: --method");
  chosen.balanced = options.balanced;
  chosen.unknown_share = options.unknown_share;
  return chosen;
}

Classifier open_head(const ClassifierOptions& options, const Model& model) {
  const auto chosen = few_shot_options(options);
  Classifier classifier;
  check(inlay_classifier_open(model.get(), options.head.c_str(), &chosen, classifier.out()));
  return classifier;
}

Classifier learn(const ClassifierOptions& options, const ClassifierMaterial& material,
                 const Model& model) {
  const auto chosen = few_shot_options(options);
  const TextPointers texts(material.examples.texts);
  std::vector<const char*> names;
  for (const std::string& label : material.examples.labels) names.push_back(label.c_str());
  const LabelPointers pointers(material.labels);
  Classifier classifier;
  check(inlay_classifier_from_examples(
      model.get(), pointers.labels().data(), pointers.labels().size(), texts.data.data(),
      texts.bytes.data(), names.data(), names.size(), &chosen, classifier.out()));
  if (!options.save_head.empty())
    check(inlay_classifier_save(classifier.get(), options.save_head.c_str()));
  return classifier;
}

void check_options(const ClassifierOptions& options) {
  if (!options.labels.empty() && !options.labels_file.empty())
    fail_usage("classify: expected --labels or --labels-file, found both");
  choose(options.method, kFewShotMethods, "classify: --method");
  choose(options.activation, kActivations, "classify: --activation");
  if (options.raw && !options.activation.empty())
    fail_usage("classify: expected --raw or --activation, found both");
  if (!options.head.empty() && (options.has_labels() || options.learns()))
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

std::vector<Label> read_labels(const ClassifierOptions& options) {
  if (!options.labels.empty()) return parse_labels(options.labels);
  if (options.labels_file.empty()) return {};
  return parse_labels_file(read_file(to_path(options.labels_file), 16 << 20), options.labels_file);
}

}  // namespace

void add_classifier_options(Options& options, ClassifierOptions& classifier) {
  options.text("--labels", classifier.labels, "A,B",
               "labels, separated by commas; without any, the model's own");
  options.text("--labels-file", classifier.labels_file, "FILE",
               "lines `label` or `label<TAB>description`, any number of lines a label");
  options.flag("--multi-label", classifier.multi_label, "score each label for itself");
  options.number("--threshold", classifier.threshold, "a best cosine below X is \"unknown\"");
  options.number("--margin", classifier.margin, "two best cosines closer than X are \"unknown\"");
  options.number("--temperature", classifier.temperature,
                 "softmax over cosine / X; 0: the library's default");
  options.text("--examples", classifier.examples, "FILE",
               "learn from lines {\"text\": …, \"label\": …}; labels may be described too");
  options.text("--method", classifier.method, "NAME",
               "how to learn: logistic, the default, or centroid");
  options.flag("--balanced", classifier.balanced,
               "labels weigh the same, however many examples each has");
  options.number("--unknown-share", classifier.unknown_share,
                 "what is further from its label than all but this share of examples is "
                 "\"unknown\"");
  options.text("--save-head", classifier.save_head, "FILE",
               "write what was learned; without TEXT nothing else is done");
  options.text("--head", classifier.head, "FILE", "use what --save-head wrote");
  options.text("--hypothesis", classifier.hypothesis, "TEXT",
               "what a model of language inference reads for a label; \"This example is {}.\"");
  options.text("--activation", classifier.activation, "NAME",
               "scores of the model's own head: softmax, sigmoid or none; default: as it says");
  options.flag("--raw", classifier.raw, "the same as --activation none");
  options.threads(classifier.threads);
}

ClassifierMaterial read_material(const ClassifierOptions& options) {
  check_options(options);
  ClassifierMaterial material;
  material.labels = read_labels(options);
  if (options.learns())
    material.examples =
        parse_examples(read_file(to_path(options.examples), 256 << 20), options.examples);
  return material;
}

Classifier make_classifier(const ClassifierOptions& options, const ClassifierMaterial& material,
                           const Model& model) {
  if (options.uses_own_head()) return make_of_own_head(options, model);
  if (!options.head.empty()) return open_head(options, model);
  if (options.learns()) return learn(options, material, model);
  if (inlay_model_head(model.get()) == INLAY_HEAD_INFERENCE)
    return make_nli(options, model, material.labels);
  return make_zero_shot(options, model, material.labels);
}

}  // namespace cli
