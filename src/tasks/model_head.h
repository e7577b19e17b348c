// A model's own classification head: texts, pairs or tokens to logits.
//
//   INLAY_ASSIGN(auto head, ModelHead::open(model, RowsOf::kTexts, 0));
//   INLAY_ASSIGN(std::vector<float> logits, head->logits(batch));   // [texts, head->labels().size()]
//
// Immutable; all functions may be called by many threads at once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tasks/text_model.h"

namespace inlay::tasks {

// Nothing for a model without a head, or whose outputs cannot be told before a run.
std::optional<RowsOf> head_of(const runtime::Model& model);

class ModelHead {
 public:
  // Fails with kUnsupported for a model without such a head.
  static Result<std::shared_ptr<const ModelHead>> open(
      const std::shared_ptr<const runtime::Model>& model, RowsOf rows, int threads);

  const TextModel& model() const { return *model_; }
  std::span<const std::string> labels() const { return labels_; }
  // config.json; lives as long as the head.
  json::Value config() const { return opened_->directory()->config.root(); }
  const std::string& path() const { return opened_->path(); }

  // A row a text; for heads over texts.
  Result<std::vector<float>> logits(const TokenBatch& batch) const;

 private:
  ModelHead() = default;

  std::shared_ptr<const runtime::Model> opened_;
  std::shared_ptr<const TextModel> model_;
  std::vector<std::string> labels_;
};

}  // namespace inlay::tasks
