#include "tasks/few_shot_classifier.h"

#include <algorithm>
#include <cmath>

#include "kernels/dot.h"
#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

// Another precision or instruction set stays above it, another model, pooling or prompt does not.
constexpr float kSameModel = 0.999f;

Status check_model(const Embedder& embedder, const FewShotHead& head) {
  if (head.dimensions != embedder.dimensions())
    return invalid("head: expected a model of {} dimensions, which it was trained with, found {}",
                   head.dimensions, embedder.dimensions());
  INLAY_ASSIGN(const std::vector<float> found, probe_vector(embedder));
  const float cosine =
      kernels::cosine(found.data(), head.probe.data(), static_cast<int64_t>(head.dimensions));
  if (!(cosine >= kSameModel))
    return invalid(
        "head: expected the model that it was trained with, found another one, whose vector of the "
        "probe text has a cosine of {} to the trained one's",
        cosine);
  return Status();
}

}  // namespace

Result<std::vector<float>> probe_vector(const Embedder& embedder) {
  INLAY_ASSIGN(Embeddings made, embedder.embed({{kProbeText}}));
  kernels::l2_normalize(made.data.data(), made.data.data(), static_cast<int64_t>(made.dimensions),
                        1e-12f);
  return std::move(made.data);
}

Result<std::shared_ptr<const FewShotClassifier>> FewShotClassifier::create(
    std::shared_ptr<const Embedder> embedder, FewShotHead head) {
  INLAY_TRY(check_model(*embedder, head));
  return trained(std::move(embedder), std::move(head));
}

std::shared_ptr<const FewShotClassifier> FewShotClassifier::trained(
    std::shared_ptr<const Embedder> embedder, FewShotHead head) {
  std::shared_ptr<FewShotClassifier> out(new FewShotClassifier());
  out->embedder_ = std::move(embedder);
  out->head_ = std::move(head);
  return out;
}

Classification FewShotClassifier::score(std::span<const float> embedding) const {
  const auto columns = static_cast<int64_t>(embedding.size());
  const auto count = static_cast<int64_t>(head_.labels.size());
  std::vector<float> unit(embedding.size()), logits(head_.labels.size()), cosines(logits.size());
  kernels::l2_normalize(embedding.data(), unit.data(), columns, 1e-12f);
  kernels::dot_rows(unit.data(), head_.weights.data(), columns, count, columns, logits.data());
  kernels::dot_rows(unit.data(), head_.centroids.data(), columns, count, columns, cosines.data());
  const float best = *std::max_element(logits.begin(), logits.end());
  float sum = 0;
  Classification out;
  for (size_t i = 0; i < logits.size(); ++i) {
    const float power = std::exp((logits[i] - best) / head_.temperature);
    out.labels.push_back({i, cosines[i], power});
    sum += power;
  }
  for (LabelScore& label : out.labels) label.score /= sum;
  std::stable_sort(out.labels.begin(), out.labels.end(),
                   [&](const auto& a, const auto& b) { return logits[a.label] > logits[b.label]; });
  out.unknown = out.labels[0].similarity < head_.thresholds[out.labels[0].label];
  return out;
}

Result<std::vector<Classification>> FewShotClassifier::classify(
    std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(const Embeddings embeddings, embedder_->embed(texts));
  std::vector<Classification> out;
  for (size_t i = 0; i < embeddings.count(); ++i) {
    out.push_back(score(embeddings.row(i)));
    out.back().truncated = embeddings.truncated[i] != 0;
  }
  return out;
}

}  // namespace inlay::tasks
