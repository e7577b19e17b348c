// Zero-shot classification by natural language inference: labels in words, no training.
//
// A text is the premise, and the template with a label in it the hypothesis: "This example is sports.".
// A label's logit is that of entailment; scores are their softmax over the labels, or with
// `multi_label`, and for one label, each label's own softmax over contradiction and entailment. Only
// premises are truncated. Entailment is the head's label that begins with "entail", else its last one.
// Costs a run of each text with each label. Immutable, safe for concurrent use.
#pragma once

#include <memory>

#include "tasks/classifier.h"
#include "tasks/model_head.h"

namespace inlay::tasks {

struct NliOptions {
  std::string hypothesis = "This example is {}.";
  bool multi_label = false;
};

// What a model's head is for; kInference for one over texts with a label that begins with "entail".
enum class HeadKind : uint8_t { kNone, kTexts, kTokens, kInference };
HeadKind head_kind(const runtime::Model& model);

class NliClassifier final : public Classifier {
 public:
  // Fails with kInvalidArgument for no label, a name that is empty or there twice, a template without
  // "{}", and a hypothesis that is longer than the model takes.
  static Result<std::shared_ptr<const NliClassifier>> create(std::shared_ptr<const ModelHead> head,
                                                             std::vector<std::string> labels,
                                                             NliOptions options);

  std::span<const std::string> labels() const override { return labels_; }
  Result<std::vector<Classification>> classify(
      std::span<const std::string_view> texts) const override;

 private:
  NliClassifier() = default;
  Classification score(std::span<const float> logits) const;

  std::shared_ptr<const ModelHead> head_;
  std::vector<std::string> labels_, hypotheses_;
  bool multi_label_ = false;
  size_t entailment_ = 0, contradiction_ = 0;  // of the head's labels
};

}  // namespace inlay::tasks
