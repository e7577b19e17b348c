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
#include "inlay/cpp/few_shot.hpp"

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

namespace detail {

// Labels as the C API takes them; points into what it was made from.
class LabelPointers {
 public:
  explicit LabelPointers(std::span<const Label> labels) {
    for (const Label& label : labels) {
      descriptions_.push_back(pointers(label.descriptions));
      labels_.push_back(
          {label.name.c_str(), descriptions_.back().data(), descriptions_.back().size()});
    }
  }
  const inlay_label* data() const noexcept { return labels_.data(); }
  std::size_t size() const noexcept { return labels_.size(); }

 private:
  std::vector<std::vector<const char*>> descriptions_;
  std::vector<inlay_label> labels_;
};

}  // namespace detail

// Labels for texts: by embeddings of labels in words, by examples, by language inference, or by a model's own
// head.
class Classifier : public detail::Handle<inlay_classifier> {
 public:
  using Handle::Handle;

  // Zero-shot classification by embeddings: labels in words, no training. Fails as Embedder::create, and
  // with kInvalidArgument for no label or a name twice.
  static Outcome<Classifier> create(const Model& model, std::span<const Label> labels,
                                    const ClassifierOptions& options = {}) {
    const detail::LabelPointers c_labels(labels);
    const std::vector<const char*> templates = detail::pointers(options.templates());
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
    const std::vector<const char*> names = detail::pointers(labels);
    const inlay_nli_options c = options.c();
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_from_nli(model.get(), names.data(), names.size(), &c, out);
    });
  }

  // Learned from examples; labels may be none. Fails as create, and with kInvalidArgument for a text with two
  // labels.
  static Outcome<Classifier> from_examples(const Model& model, std::span<const Label> labels,
                                           std::span<const Example> examples,
                                           const FewShotOptions& options = {}) {
    const detail::LabelPointers c_labels(labels);
    const detail::ExamplePointers c(examples);
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_from_examples(model.get(), c_labels.data(), c_labels.size(),
                                            c.texts.data(), c.bytes.data(), c.labels.data(),
                                            c.texts.size(), &options.c(), out);
    });
  }
  // What save() wrote. Fails with kNotFound, kIo, kCorrupt, kUnsupported, and kInvalidArgument when
  // it was trained with another model.
  static Outcome<Classifier> open(const Model& model, const std::string& path,
                                  std::uint32_t threads = 0) {
    const FewShotOptions options = FewShotOptions().threads(threads);
    return detail::make_handle<Classifier, inlay_classifier>([&](inlay_classifier** out) {
      return inlay_classifier_open(model.get(), path.c_str(), &options.c(), out);
    });
  }
  // Writes what was learned from examples. Fails with kUnsupported where nothing was, kIo.
  Outcome<void> save(const std::string& path) const {
    inlay_error* const error = inlay_classifier_save(get(), path.c_str());
    return detail::outcome<void>(error, [] { return Outcome<void>(); });
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
  // Of pairs of texts[i] and pairs[i]. Fails with kUnsupported for classifiers of single texts, kInvalidArgument
  // when they are not as many.
  Outcome<Classifications> classify_pairs(const Texts& texts, const Texts& pairs) const {
    if (pairs.size() != texts.size())
      return detail::fail<Classifications>(
          detail::not_as_many("pairs", texts.size(), pairs.size()));
    return detail::make_handle<Classifications, inlay_classifications>(
        [&](inlay_classifications** out) {
          return inlay_classifier_classify_pairs(get(), texts.data(), texts.bytes(), pairs.data(),
                                                 pairs.bytes(), texts.size(), out);
        });
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
