// Classifiers that learn as examples come.
//
//   auto trainer = inlay::Trainer::create(model, {"cooking", "programming"});
//   trainer.add({{"git push -f", "programming"}, {"Pad thai in 20 minutes", "cooking"}});
//   trainer.train().save("labels.inlayhead");
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>

#include "inlay/cpp/classifier.hpp"
#include "inlay/cpp/few_shot.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

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
