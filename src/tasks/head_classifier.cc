#include "tasks/head_classifier.h"

#include <algorithm>

namespace inlay::tasks {
namespace {

Result<Activation> activation_of(json::Value config, size_t labels) {
  INLAY_ASSIGN(const std::string_view type, config.at("problem_type").string_or(""));
  if (type == "regression") return Activation::kNone;
  if (type == "multi_label_classification" || labels == 1) return Activation::kSigmoid;
  return Activation::kSoftmax;
}

}  // namespace

Result<std::shared_ptr<const HeadClassifier>> HeadClassifier::create(
    std::shared_ptr<const ModelHead> head, Activation activation) {
  std::shared_ptr<HeadClassifier> out(new HeadClassifier());
  out->activation_ = activation;
  if (activation == Activation::kDefault) {
    INLAY_ASSIGN(out->activation_, activation_of(head->config(), head->labels().size()));
  }
  out->head_ = std::move(head);
  return std::shared_ptr<const HeadClassifier>(std::move(out));
}

Result<std::vector<Classification>> HeadClassifier::classify(
    std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(const TokenBatch batch, head_->model().tokenize(texts, {}, {}));
  return classify(batch);
}

Result<std::vector<Classification>> HeadClassifier::classify_pairs(
    std::span<const std::string_view> texts, std::span<const std::string_view> pairs) const {
  if (texts.size() != pairs.size())
    return invalid("pairs: expected one for each of {} texts, found {}", texts.size(),
                   pairs.size());
  INLAY_ASSIGN(const TokenBatch batch, head_->model().tokenize(texts, pairs, {}));
  return classify(batch);
}

Result<std::vector<Classification>> HeadClassifier::classify(const TokenBatch& batch) const {
  INLAY_ASSIGN(const std::vector<float> logits, head_->logits(batch));
  const size_t columns = labels().size();
  std::vector<Classification> out;
  std::vector<float> scores(columns);
  for (size_t i = 0; i < batch.rows(); ++i) {
    const float* row = logits.data() + i * columns;
    std::copy_n(row, columns, scores.data());
    apply_activation(activation_, scores);
    Classification one;
    one.truncated = batch.truncated[i] != 0;
    for (size_t label = 0; label < columns; ++label)
      one.labels.push_back({label, row[label], scores[label]});
    std::stable_sort(one.labels.begin(), one.labels.end(),
                     [](const LabelScore& a, const LabelScore& b) { return a.score > b.score; });
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace inlay::tasks
