#include "tasks/few_shot.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/utf8.h"
#include "tasks/leave_one_out.h"
#include "tasks/logistic_regression.h"
#include "tasks/vectors.h"

namespace inlay::tasks {
namespace {

// Logits of descriptions are cosine / kPriorTemperature, as in zero-shot classification.
constexpr float kPriorTemperature = 0.05f, kUsualTemperature = 1;
constexpr float kPriorExamples = 4;
constexpr size_t kLeastForQuantile = 8;  // examples of a label; with fewer all labels' count
constexpr float kNoThreshold = -1;

bool finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

Status check_options(const FewShotOptions& options) {
  if (!(options.c > 0) || !std::isfinite(options.c))
    return invalid("c: expected a number above 0, found {}", options.c);
  if (!(options.unknown_share >= 0 && options.unknown_share < 1))
    return invalid("unknown_share: expected a number from 0 to below 1, found {}",
                   options.unknown_share);
  return Status();
}

// Examples of each label.
std::vector<size_t> counts(const FewShotExamples& examples) {
  std::vector<size_t> out(examples.label_names.size());
  for (const int32_t label : examples.labels) ++out[static_cast<size_t>(label)];
  return out;
}

Status check(const FewShotExamples& examples, const FewShotOptions& options) {
  INLAY_TRY(check_options(options));
  if (examples.label_names.empty()) return invalid("labels: expected at least one, found none");
  if (!finite(examples.prior)) return invalid("labels: expected finite vectors, found others");
  for (size_t i = 0; i < examples.labels.size(); ++i)
    if (!finite(std::span(examples.x).subspan(i * examples.dimensions, examples.dimensions)))
      return invalid("example {}: expected a finite vector, found another one", i);
  if (!options.without_descriptions) return Status();
  const std::vector<size_t> count = counts(examples);
  for (size_t i = 0; i < count.size(); ++i)
    if (count[i] == 0)
      return invalid("label {}: expected examples, as descriptions do not count, found none",
                     quote(examples.label_names[i]));
  return Status();
}

// [examples]: their sum is that of the examples, and labels have equal shares; none when not asked for.
std::vector<float> balanced_weights(const FewShotExamples& examples, bool balanced) {
  if (!balanced) return {};
  const std::vector<size_t> count = counts(examples);
  const auto used = static_cast<size_t>(
      std::count_if(count.begin(), count.end(), [](size_t n) { return n > 0; }));
  std::vector<float> out;
  for (const int32_t label : examples.labels)
    out.push_back(static_cast<float>(examples.labels.size()) /
                  static_cast<float>(used * count[static_cast<size_t>(label)]));
  return out;
}

std::span<float> row(std::vector<float>& matrix, size_t columns, size_t i) {
  return std::span(matrix).subspan(i * columns, columns);
}

float length(std::span<const float> x) { return std::sqrt(dot(x, x)); }

// The cosine of x to a sum, 0 for a sum of nothing.
float cosine(std::span<const float> x, std::span<const float> sum) {
  const float size = length(sum);
  if (!(size > 1e-6f)) return 0;
  return dot(x, sum) / size;
}

// What the labels' examples and descriptions add up to: [labels, dimensions].
std::vector<float> label_sums(const FewShotExamples& examples, bool without_descriptions) {
  const size_t d = examples.dimensions;
  std::vector<float> out(examples.label_names.size() * d);
  if (!without_descriptions) add_scaled(out, kPriorExamples, examples.prior);
  for (size_t i = 0; i < examples.labels.size(); ++i)
    add_scaled(row(out, d, static_cast<size_t>(examples.labels[i])), 1,
               std::span(examples.x).subspan(i * d, d));
  return out;
}

// Cosines [labels, examples] of the examples to the sums, each without itself in its own.
std::vector<float> left_out_cosines(const FewShotExamples& examples, std::vector<float> sums) {
  const size_t d = examples.dimensions, n = examples.labels.size();
  std::vector<float> out(examples.label_names.size() * n);
  for (size_t i = 0; i < n; ++i) {
    const std::span<const float> x = std::span(examples.x).subspan(i * d, d);
    const auto own = static_cast<size_t>(examples.labels[i]);
    std::vector<float> rest(d);
    add_scaled(rest, 1, row(sums, d, own));
    add_scaled(rest, -1, x);
    for (size_t k = 0; k < examples.label_names.size(); ++k)
      out[k * n + i] = cosine(x, k == own ? std::span<float>(rest) : row(sums, d, k));
  }
  return out;
}

// The value below which that share of the values lies.
float quantile(std::vector<float> values, float share) {
  if (values.empty()) return kNoThreshold;
  const auto at =
      static_cast<std::ptrdiff_t>(static_cast<double>(share) * static_cast<double>(values.size()));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

std::vector<float> thresholds(const FewShotExamples& examples, std::span<const float> left_out,
                              float share) {
  const size_t labels = examples.label_names.size(), n = examples.labels.size();
  if (share == 0) return std::vector<float>(labels, kNoThreshold);
  std::vector<std::vector<float>> own(labels);
  std::vector<float> all;
  for (size_t i = 0; i < n; ++i) {
    const auto label = static_cast<size_t>(examples.labels[i]);
    own[label].push_back(left_out[label * n + i]);
    all.push_back(own[label].back());
  }
  std::vector<float> out;
  for (const std::vector<float>& values : own) {
    // Without examples a label is its description, which texts are further away from.
    out.push_back(values.empty()
                      ? kNoThreshold
                      : quantile(values.size() < kLeastForQuantile ? all : values, share));
  }
  return out;
}

Status fit_logistic_head(const FewShotExamples& examples, const FewShotOptions& options,
                         FewShotHead& head) {
  std::vector<float> prior(head.labels.size() * head.dimensions);
  if (!options.without_descriptions) add_scaled(prior, 1 / kPriorTemperature, examples.prior);
  const std::vector<float> weights = balanced_weights(examples, options.balanced);
  const LogisticProblem problem{static_cast<int64_t>(head.labels.size()),
                                static_cast<int64_t>(head.dimensions),
                                examples.x,
                                examples.labels,
                                weights,
                                prior,
                                options.c};
  INLAY_ASSIGN(LogisticFit fit, fit_logistic(problem));
  if (!examples.labels.empty()) {
    INLAY_ASSIGN(const std::vector<float> left_out, leave_one_out_logits(problem, fit));
    head.temperature = calibrate_temperature(left_out, examples.labels, head.temperature);
  }
  head.weights = std::move(fit.weights);
  return Status();
}

void fit_centroid_head(const FewShotExamples& examples, std::span<const float> left_out,
                       FewShotHead& head) {
  std::vector<float> logits(left_out.begin(), left_out.end());
  for (float& value : logits) value /= kPriorTemperature;
  head.temperature = calibrate_temperature(logits, examples.labels, head.temperature);
  head.weights = head.centroids;
  for (float& value : head.weights) value /= kPriorTemperature;
}

}  // namespace

Result<FewShotHead> fit_head(const FewShotExamples& examples, const FewShotOptions& options) {
  INLAY_TRY(check(examples, options));
  FewShotHead head;
  head.method = options.method;
  head.labels = examples.label_names;
  head.dimensions = examples.dimensions;
  head.temperature = kUsualTemperature;
  head.centroids = label_sums(examples, options.without_descriptions);
  const std::vector<float> left_out = left_out_cosines(examples, head.centroids);
  normalize_rows(head.centroids, head.dimensions);
  head.thresholds = thresholds(examples, left_out, options.unknown_share);
  if (options.method == FewShotMethod::kCentroid) {
    fit_centroid_head(examples, left_out, head);
  } else {
    INLAY_TRY(fit_logistic_head(examples, options, head));
  }
  return head;
}

Result<std::unique_ptr<FewShotTrainer>> FewShotTrainer::create(
    std::shared_ptr<const Embedder> embedder, std::vector<Label> labels,
    const FewShotOptions& options) {
  INLAY_TRY(check_options(options));
  INLAY_TRY(check_labels(labels));
  std::unique_ptr<FewShotTrainer> out(new FewShotTrainer());
  out->embedder_ = std::move(embedder);
  out->options_ = options;
  out->examples_.dimensions = out->embedder_->dimensions();
  INLAY_ASSIGN(out->probe_, probe_vector(*out->embedder_));
  INLAY_TRY(out->add_labels(labels));
  return out;
}

Status FewShotTrainer::add_labels(std::span<const Label> labels) {
  if (examples_.label_names.size() + labels.size() > kMaxLabels)
    return invalid("labels: expected at most {}, found {}", kMaxLabels,
                   examples_.label_names.size() + labels.size());
  for (const Label& label : labels)
    if (label.name.size() > kMaxLabelBytes)
      return invalid("label {}: expected at most {} bytes, found {}",
                     quote(std::string_view(label.name).substr(0, 20)), kMaxLabelBytes,
                     label.name.size());
  INLAY_ASSIGN(const std::vector<float> vectors, label_vectors(*embedder_, labels, {}));
  examples_.prior.insert(examples_.prior.end(), vectors.begin(), vectors.end());
  for (const Label& label : labels) {
    numbers_.emplace(label.name, static_cast<int32_t>(examples_.label_names.size()));
    examples_.label_names.push_back(label.name);
  }
  return Status();
}

// What the trainer does not have yet, each once.
struct FewShotTrainer::Fresh {
  std::vector<std::string_view> texts;
  std::vector<Label> labels;
};

Status FewShotTrainer::check(Texts texts, Texts labels) {
  std::map<std::string_view, size_t> seen;
  for (size_t i = 0; i < texts.size(); ++i) {
    for (const std::string_view text : {texts[i], labels[i]})
      if (const size_t byte = utf8_error(text); byte != text.npos)
        return invalid("example {}: expected UTF-8, found other bytes at byte {} of {}", i, byte,
                       quote(text));
    if (labels[i].empty()) return invalid("example {}: expected a label, found nothing", i);
    const auto [first, added] = seen.emplace(texts[i], i);
    if (!added && labels[first->second] != labels[i])
      return invalid("example {}: expected the label {}, as example {} gives this text, found {}",
                     i, quote(labels[first->second]), first->second, quote(labels[i]));
  }
  return Status();
}

FewShotTrainer::Fresh FewShotTrainer::find_fresh(Texts texts, Texts labels) const {
  Fresh out;
  std::set<std::string_view> seen_texts, seen_labels;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!positions_.contains(texts[i]) && seen_texts.insert(texts[i]).second)
      out.texts.push_back(texts[i]);
    if (!numbers_.contains(labels[i]) && seen_labels.insert(labels[i]).second)
      out.labels.push_back({std::string(labels[i]), {}});
  }
  return out;
}

Status FewShotTrainer::add(Texts texts, Texts labels) {
  INLAY_TRY(check(texts, labels));
  const Fresh fresh = find_fresh(texts, labels);
  INLAY_ASSIGN(Embeddings embeddings, embedder_->embed(fresh.texts));
  if (!finite(embeddings.data)) return invalid("examples: expected finite vectors, found others");
  normalize_rows(embeddings.data, embeddings.dimensions);
  INLAY_TRY(add_labels(fresh.labels));
  examples_.x.insert(examples_.x.end(), embeddings.data.begin(), embeddings.data.end());
  examples_.labels.resize(count() + fresh.texts.size());
  for (const std::string_view text : fresh.texts) positions_.emplace(text, positions_.size());
  for (size_t i = 0; i < texts.size(); ++i)
    examples_.labels[positions_.find(texts[i])->second] = numbers_.find(labels[i])->second;
  return Status();
}

Result<std::shared_ptr<const FewShotClassifier>> FewShotTrainer::train() const {
  INLAY_ASSIGN(FewShotHead head, fit_head(examples_, options_));
  head.probe = probe_;
  return FewShotClassifier::trained(embedder_, std::move(head));
}

}  // namespace inlay::tasks
