#include "tasks/zero_shot.h"

#include <algorithm>
#include <cmath>

#include "kernels/dot.h"
#include "kernels/pooling.h"
#include "tasks/label_names.h"

namespace inlay::tasks {
namespace {

constexpr float kMultiLabelCenter = 0.25f;

Status check(const std::vector<Label>& labels, const ZeroShotOptions& options) {
  if (labels.empty()) return invalid("labels: expected at least one, found none");
  INLAY_TRY(check_labels(labels));
  if (!(options.temperature > 0) || !std::isfinite(options.temperature))
    return invalid("temperature: expected a number above 0, found {}", options.temperature);
  if (!std::isfinite(options.threshold))
    return invalid("threshold: expected a number, found {}", options.threshold);
  if (!std::isfinite(options.margin))
    return invalid("margin: expected a number, found {}", options.margin);
  for (const std::string& pattern : options.templates) INLAY_TRY(check_template(pattern));
  return Status();
}

void softmax(std::vector<LabelScore>& labels, float temperature) {
  float best = -2;
  for (const LabelScore& label : labels) best = std::max(best, label.similarity);
  float sum = 0;
  for (LabelScore& label : labels) {
    label.score = std::exp((label.similarity - best) / temperature);
    sum += label.score;
  }
  for (LabelScore& label : labels) label.score /= sum;
}

}  // namespace

Result<std::shared_ptr<const ZeroShotClassifier>> ZeroShotClassifier::create(
    std::shared_ptr<const Embedder> embedder, std::vector<Label> labels, ZeroShotOptions options) {
  INLAY_TRY(check(labels, options));
  std::shared_ptr<ZeroShotClassifier> out(new ZeroShotClassifier());
  INLAY_ASSIGN(out->vectors_, label_vectors(*embedder, labels, options.templates));
  out->embedder_ = std::move(embedder);
  for (Label& label : labels) out->labels_.push_back(std::move(label.name));
  out->options_ = std::move(options);
  return std::shared_ptr<const ZeroShotClassifier>(std::move(out));
}

Classification ZeroShotClassifier::score(std::span<const float> embedding) const {
  const auto columns = static_cast<int64_t>(embedding.size());
  std::vector<float> unit(embedding.size());
  kernels::l2_normalize(embedding.data(), unit.data(), columns, 1e-12f);
  std::vector<float> cosines(labels_.size());
  kernels::dot_rows(unit.data(), vectors_.data(), columns, static_cast<int64_t>(labels_.size()),
                    columns, cosines.data());
  Classification out;
  for (size_t i = 0; i < labels_.size(); ++i) out.labels.push_back({i, cosines[i], 0});
  if (options_.multi_label) {
    for (LabelScore& label : out.labels)
      label.score =
          1 / (1 + std::exp(-(label.similarity - kMultiLabelCenter) / options_.temperature));
  } else {
    softmax(out.labels, options_.temperature);
  }
  std::stable_sort(
      out.labels.begin(), out.labels.end(),
      [](const LabelScore& a, const LabelScore& b) { return a.similarity > b.similarity; });
  out.unknown = options_.threshold != 0 && out.labels[0].similarity < options_.threshold;
  if (options_.margin != 0 && out.labels.size() > 1)
    out.unknown |= out.labels[0].similarity - out.labels[1].similarity < options_.margin;
  return out;
}

Result<std::vector<Classification>> ZeroShotClassifier::classify(
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
