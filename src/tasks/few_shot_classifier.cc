#include "tasks/few_shot_classifier.h"

#include <algorithm>

#include "kernels/dot.h"
#include "tasks/activation.h"

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
  normalize_rows(made.data, made.dimensions);
  return std::move(made.data);
}

Result<std::shared_ptr<const FewShotClassifier>> FewShotClassifier::create(
    std::shared_ptr<const Embedder> embedder, FewShotHead head) {
  INLAY_TRY(check_model(*embedder, head));
  return trained(std::move(embedder), std::move(head));
}

std::shared_ptr<const FewShotClassifier> FewShotClassifier::trained(
    std::shared_ptr<const Embedder> embedder, FewShotHead head) {
  std::shared_ptr<FewShotClassifier> out(new FewShotClassifier(std::move(embedder)));
  out->head_ = std::move(head);
  return out;
}

Classification FewShotClassifier::score(std::span<const float> unit) const {
  const auto columns = static_cast<int64_t>(unit.size());
  const auto count = static_cast<int64_t>(head_.labels.size());
  std::vector<float> logits(head_.labels.size()), cosines(logits.size());
  kernels::dot_rows(unit.data(), head_.weights.data(), columns, count, columns, logits.data());
  kernels::dot_rows(unit.data(), head_.centroids.data(), columns, count, columns, cosines.data());
  std::vector<float> scores = logits;
  softmax(scores, head_.temperature);
  Classification out;
  for (size_t i = 0; i < scores.size(); ++i) out.labels.push_back({i, cosines[i], scores[i]});
  std::stable_sort(out.labels.begin(), out.labels.end(),
                   [&](const auto& a, const auto& b) { return logits[a.label] > logits[b.label]; });
  out.unknown = out.labels[0].similarity < head_.thresholds[out.labels[0].label];
  return out;
}

}  // namespace inlay::tasks
