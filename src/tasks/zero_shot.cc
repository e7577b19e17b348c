#include "tasks/zero_shot.h"

#include <algorithm>
#include <cmath>

#include "kernels/dot.h"
#include "tasks/activation.h"
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

}  // namespace

Result<std::shared_ptr<const ZeroShotClassifier>> ZeroShotClassifier::create(
    std::shared_ptr<const Embedder> embedder, std::vector<Label> labels, ZeroShotOptions options) {
  INLAY_TRY(check(labels, options));
  INLAY_ASSIGN(std::vector<float> vectors, label_vectors(*embedder, labels, options.templates));
  std::shared_ptr<ZeroShotClassifier> out(new ZeroShotClassifier(std::move(embedder)));
  out->vectors_ = std::move(vectors);
  for (Label& label : labels) out->labels_.push_back(std::move(label.name));
  out->options_ = std::move(options);
  return std::shared_ptr<const ZeroShotClassifier>(std::move(out));
}

Classification ZeroShotClassifier::score(std::span<const float> unit) const {
  const auto columns = static_cast<int64_t>(unit.size());
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
    softmax(cosines, options_.temperature);
    for (LabelScore& label : out.labels) label.score = cosines[label.label];
  }
  std::stable_sort(
      out.labels.begin(), out.labels.end(),
      [](const LabelScore& a, const LabelScore& b) { return a.similarity > b.similarity; });
  out.unknown = options_.threshold != 0 && out.labels[0].similarity < options_.threshold;
  if (options_.margin != 0 && out.labels.size() > 1)
    out.unknown |= out.labels[0].similarity - out.labels[1].similarity < options_.margin;
  return out;
}

}  // namespace inlay::tasks
