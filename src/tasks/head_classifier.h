// Classification of texts, or pairs of texts, by a model's own head.
//
// Scores are what the configuration's problem_type says: the logits themselves for "regression", a
// sigmoid of each for "multi_label_classification" and for one label, else their softmax. Immutable,
// safe for concurrent use.
#pragma once

#include <memory>

#include "tasks/activation.h"
#include "tasks/classifier.h"
#include "tasks/model_head.h"

namespace inlay::tasks {

class HeadClassifier final : public Classifier {
 public:
  static Result<std::shared_ptr<const HeadClassifier>> create(std::shared_ptr<const ModelHead> head,
                                                              Activation activation);

  std::span<const std::string> labels() const override { return head_->labels(); }
  Result<std::vector<Classification>> classify(
      std::span<const std::string_view> texts) const override;
  Result<std::vector<Classification>> classify_pairs(
      std::span<const std::string_view> texts,
      std::span<const std::string_view> pairs) const override;

 private:
  HeadClassifier() = default;
  Result<std::vector<Classification>> classify(const TokenBatch& batch) const;

  std::shared_ptr<const ModelHead> head_;
  Activation activation_ = Activation::kSoftmax;
};

}  // namespace inlay::tasks
