// Labels in words for texts.
//
//   const auto classifier = inlay::Classifier::create(model, {"cooking", "programming"});
//   const auto results = classifier.classify("The linker fails.");
//   results[0].label();  // "programming"
//
//   auto trainer = inlay::Trainer::create(model, {"cooking", "programming"});
//   trainer.add({{"git push -f", "programming"}, {"Pad thai in 20 minutes", "cooking"}});
//   trainer.train().save("labels.inlayhead");
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

// A text and its label, which must outlive the call that they are given to.
struct Example {
  std::string_view text, label;
};

class FewShotOptions {
 public:
  enum class Method : std::uint32_t {
    kLogistic = INLAY_FEW_SHOT_LOGISTIC,
    kCentroid = INLAY_FEW_SHOT_CENTROID,
  };

  // 0: one for each CPU that the process may use. At most 1024.
  FewShotOptions& threads(std::uint32_t count) {
    c_.threads = count;
    return *this;
  }
  FewShotOptions& method(Method which) {
    c_.method = static_cast<std::uint32_t>(which);
    return *this;
  }
  // Only examples count; each label needs one.
  FewShotOptions& without_descriptions(bool on = true) {
    c_.without_descriptions = on;
    return *this;
  }
  // Labels weigh the same, however many examples each has.
  FewShotOptions& balanced(bool on = true) {
    c_.balanced = on;
    return *this;
  }
  // How far examples move a label from its descriptions; 0: 20.
  FewShotOptions& strength(float c) {
    c_.c = c;
    return *this;
  }
  // The share of a label's examples that, left out, would be "unknown"; 0: nothing is.
  FewShotOptions& unknown_share(float share) {
    c_.unknown_share = share;
    return *this;
  }
  const inlay_few_shot_options& c() const noexcept { return c_; }

 private:
  inlay_few_shot_options c_ = detail::make_options<inlay_few_shot_options>();
};

namespace detail {

inline std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

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

// Examples as the C API takes them.
struct ExamplePointers {
  explicit ExamplePointers(std::span<const Example> examples) {
    for (const Example& example : examples) {
      texts.push_back(example.text.data() ? example.text.data() : "");
      bytes.push_back(example.text.size());
      names.emplace_back(example.label);
    }
    labels = pointers(names);
  }
  std::vector<const char*> texts, labels;
  std::vector<std::size_t> bytes;
  std::vector<std::string> names;  // NUL-terminated
};

}  // namespace detail

// Labels for texts: by descriptions alone, or learned from examples.
class Classifier : public detail::Handle<inlay_classifier> {
 public:
  using Handle::Handle;

  // Zero-shot: no training. Fails as Embedder::create, and with kInvalidArgument for no label or a
  // name twice.
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

  // Fails as Embedder::embed.
  Outcome<Classifications> classify(const Texts& texts) const {
    return detail::make_handle<Classifications, inlay_classifications>(
        [&](inlay_classifications** out) {
          return inlay_classifier_classify(get(), texts.data(), texts.bytes(), texts.size(), out);
        });
  }
};

// Examples that come one by one; their vectors are kept, so that training again takes milliseconds. For one thread
// at a time.
class Trainer : public detail::Handle<inlay_trainer> {
 public:
  using Handle::Handle;

  static Outcome<Trainer> create(const Model& model, std::span<const Label> labels,
                                 const FewShotOptions& options = {}) {
    const detail::LabelPointers c_labels(labels);
    return detail::make_handle<Trainer, inlay_trainer>([&](inlay_trainer** out) {
      return inlay_trainer_create(model.get(), c_labels.data(), c_labels.size(), &options.c(), out);
    });
  }
  static Outcome<Trainer> create(const Model& model, std::initializer_list<Label> labels,
                                 const FewShotOptions& options = {}) {
    return create(model, std::span(labels.begin(), labels.size()), options);
  }

  // A text that was added before takes its new label. Nothing is added when it fails.
  Outcome<void> add(std::span<const Example> examples) {
    const detail::ExamplePointers c(examples);
    inlay_error* const error =
        inlay_trainer_add(get(), c.texts.data(), c.bytes.data(), c.labels.data(), c.texts.size());
    return detail::outcome<void>(error, [] { return Outcome<void>(); });
  }
  Outcome<void> add(std::initializer_list<Example> examples) {
    return add(std::span(examples.begin(), examples.size()));
  }
  // How many different texts were added.
  std::size_t count() const { return inlay_trainer_count(get()); }
  // A classifier of all examples so far.
  Outcome<Classifier> train() const {
    return detail::make_handle<Classifier, inlay_classifier>(
        [&](inlay_classifier** out) { return inlay_trainer_train(get(), out); });
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
