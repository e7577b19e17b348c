// Labels in words for texts.
//
//   const auto classifier = inlay::Classifier::create(model, {"cooking", "programming"});
//   const auto results = classifier.classify("The linker fails.");
//   results[0].label();  // "programming"
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inlay/cpp/embedder.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

// "Coding" with "writing source code", "a code editor", …; with none, the name describes itself.
struct Label {
  Label(std::string label_name, std::vector<std::string> label_descriptions = {})
      : name(std::move(label_name)), descriptions(std::move(label_descriptions)) {}
  Label(const char* label_name) : name(label_name) {}

  std::string name;
  std::vector<std::string> descriptions;
};

class ClassifierOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  ClassifierOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  // Scores are softmax(cosine / value); 0: 0.05.
  ClassifierOptions& temperature(float value) {
    c_.temperature = value;
    return *this;
  }
  // A best cosine below it is "unknown"; 0: never.
  ClassifierOptions& threshold(float cosine) {
    c_.threshold = cosine;
    return *this;
  }
  // The same for the distance between the two best cosines; 0: never.
  ClassifierOptions& margin(float cosine) {
    c_.margin = cosine;
    return *this;
  }
  // Each label is scored for itself.
  ClassifierOptions& multi_label(bool on = true) {
    c_.multi_label = on;
    return *this;
  }
  // With "{}" for the description; none: the built-in ones.
  ClassifierOptions& templates(std::vector<std::string> texts) {
    templates_ = std::move(texts);
    return *this;
  }
  const std::vector<std::string>& templates() const noexcept { return templates_; }
  const inlay_classifier_options& c() const noexcept { return c_; }

 private:
  inlay_classifier_options c_ = detail::make_options<inlay_classifier_options>();
  std::vector<std::string> templates_;
};

// What makes scores of a head's logits.
enum class Activation : std::uint32_t {
  kDefault = INLAY_ACTIVATION_DEFAULT,  // what the model's config.json says
  kSoftmax = INLAY_ACTIVATION_SOFTMAX,
  kSigmoid = INLAY_ACTIVATION_SIGMOID,
  kNone = INLAY_ACTIVATION_NONE,
};

class HeadOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  HeadOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  HeadOptions& activation(Activation activation) {
    c_.activation = static_cast<std::uint32_t>(activation);
    return *this;
  }
  const inlay_head_options& c() const noexcept { return c_; }

 private:
  inlay_head_options c_ = detail::make_options<inlay_head_options>();
};

class NliOptions {
 public:
  // 0: one for each CPU that the process may use. At most 1024.
  NliOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  // Each label is scored for itself.
  NliOptions& multi_label(bool on = true) {
    c_.multi_label = on;
    return *this;
  }
  // With "{}" for the label; not set: "This example is {}.".
  NliOptions& hypothesis(std::string text) {
    hypothesis_ = std::move(text);
    return *this;
  }
  // Points into this object.
  inlay_nli_options c() const noexcept {
    inlay_nli_options options = c_;
    options.hypothesis = hypothesis_.empty() ? nullptr : hypothesis_.c_str();
    return options;
  }

 private:
  inlay_nli_options c_ = detail::make_options<inlay_nli_options>();
  std::string hypothesis_;
};

// A text's labels, best first; belongs to its Classifications.
class Classification {
 public:
  explicit Classification(const inlay_classification& c) noexcept : c_(c) {}

  // The number of labels; one more when unknown().
  std::size_t size() const noexcept { return c_.label_count; }
  // Requires index < size().
  std::string_view label(std::size_t index = 0) const { return c_.labels[index]; }
  float score(std::size_t index = 0) const { return c_.scores[index]; }
  float similarity(std::size_t index = 0) const { return c_.similarities[index]; }
  // True when threshold or margin said so; then "unknown" is the first label.
  bool unknown() const noexcept { return c_.unknown != 0; }
  bool truncated() const noexcept { return c_.truncated != 0; }

 private:
  inlay_classification c_;
};

class Classifications : public detail::Handle<inlay_classifications> {
 public:
  using Handle::Handle;

  std::size_t size() const { return inlay_classifications_count(get()); }
  // Of no labels when index >= size().
  Classification operator[](std::size_t index) const {
    return Classification(inlay_classifications_get(get(), index));
  }
};

// Labels for texts: by embeddings of labels in words, by language inference, or by a model's own head.
class Classifier : public detail::Handle<inlay_classifier> {
 public:
  using Handle::Handle;

  // Zero-shot classification by embeddings: labels in words, no training. Fails as Embedder::create, and
  // with kInvalidArgument for no label or a name twice.
  static Outcome<Classifier> create(const Model& model, std::span<const Label> labels,
                                    const ClassifierOptions& options = {}) {
    std::vector<std::vector<const char*>> descriptions;
    std::vector<inlay_label> c_labels;
    for (const Label& label : labels) {
      descriptions.push_back(pointers(label.descriptions));
      c_labels.push_back(
          {label.name.c_str(), descriptions.back().data(), descriptions.back().size()});
    }
    const std::vector<const char*> templates = pointers(options.templates());
    inlay_classifier_options c = options.c();
    c.templates = templates.data();
    c.template_count = templates.size();
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_create(model.get(), c_labels.data(), c_labels.size(), &c, out);
    });
  }
  static Outcome<Classifier> create(const Model& model, std::initializer_list<Label> labels,
                                    const ClassifierOptions& options = {}) {
    return create(model, std::span(labels.begin(), labels.size()), options);
  }

  // By the model's own head and labels. Fails with kUnsupported for a model without a head for texts.
  static Outcome<Classifier> from_head(const Model& model, const HeadOptions& options = {}) {
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_from_head(model.get(), &options.c(), out);
    });
  }
  // Zero-shot by a model for language inference: does the text entail the hypothesis with the label in it?
  // Fails as from_head, and with kInvalidArgument for no label, a name twice, a hypothesis without "{}".
  static Outcome<Classifier> from_nli(const Model& model, const std::vector<std::string>& labels,
                                      const NliOptions& options = {}) {
    const std::vector<const char*> names = pointers(labels);
    const inlay_nli_options c = options.c();
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_from_nli(model.get(), names.data(), names.size(), &c, out);
    });
  }

  std::size_t label_count() const { return inlay_classifier_label_count(get()); }
  // "" for an index beyond the count.
  std::string_view label(std::size_t index) const {
    const char* name = inlay_classifier_label(get(), index);
    return name ? name : "";
  }

  // Fails as Embedder::embed.
  Outcome<Classifications> classify(const Texts& texts) const {
    return detail::make_handle<Classifications, inlay_classifications>(
        [&](inlay_classifications** out) {
          return inlay_classifier_classify(get(), texts.data(), texts.bytes(), texts.size(), out);
        });
  }
  // Of pairs of texts[i] and pairs[i]; the longer list's rest does not count. Fails with kUnsupported for classifiers of single texts.
  Outcome<Classifications> classify_pairs(const Texts& texts, const Texts& pairs) const {
    return detail::make_handle<Classifications, inlay_classifications>(
        [&](inlay_classifications** out) {
          const std::size_t count = texts.size() < pairs.size() ? texts.size() : pairs.size();
          return inlay_classifier_classify_pairs(get(), texts.data(), texts.bytes(), pairs.data(),
                                                 pairs.bytes(), count, out);
        });
  }

 private:
  static std::vector<const char*> pointers(const std::vector<std::string>& texts) {
    std::vector<const char*> out;
    for (const std::string& text : texts) out.push_back(text.c_str());
    return out;
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
