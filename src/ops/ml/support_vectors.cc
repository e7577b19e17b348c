// The decision of two classes i < j is a sum over the support vectors of both, and each pair of classes has
// one: it votes for i or j. Coefficients lie as [classes - 1, vectors]: in the decision of i and j, the vectors
// of class i have those of row j - 1, the vectors of class j those of row i.
//
// Probabilities come from Platt's sigmoids of the decisions, coupled by the second method of Wu, Lin and Weng
// (Probability Estimates for Multi-class Classification by Pairwise Coupling, 2004).
#include "ops/ml/support_vectors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "kernels/dot.h"
#include "ops/ml/post_transform.h"

namespace inlay::ops::ml {
namespace {

enum class Kernel : uint8_t { kLinear, kPoly, kRbf, kSigmoid };

Result<Kernel> kernel_of(std::string_view name) {
  constexpr std::string_view kNames[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames))
    return invalid("kernel_type: expected LINEAR, POLY, RBF or SIGMOID, found {}", quote(name));
  return static_cast<Kernel>(found - kNames);
}

float squared_distance(const float* a, const float* b, int64_t n) {
  constexpr int64_t kLanes = 16;
  float sums[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const float difference = a[i + lane] - b[i + lane];
      sums[lane] += difference * difference;
    }
  for (; i < n; ++i) sums[i % kLanes] += (a[i] - b[i]) * (a[i] - b[i]);
  return std::accumulate(sums, sums + kLanes, 0.0f);
}

struct Vectors {
  Kernel kernel = Kernel::kLinear;
  float gamma = 0, offset = 0, degree = 0;
  std::vector<float> elements;  // [count, features]
  int64_t count = 0, features = 0;

  // values[i] = kernel(row, vector i).
  void evaluate(const float* row, float* values) const {
    if (kernel == Kernel::kRbf) {
      for (int64_t i = 0; i < count; ++i)
        values[i] =
            std::exp(-gamma * squared_distance(row, elements.data() + i * features, features));
      return;
    }
    kernels::dot_rows(row, elements.data(), features, count, features, values);
    if (kernel == Kernel::kLinear) return;
    for (int64_t i = 0; i < count; ++i) {
      const float product = gamma * values[i] + offset;
      values[i] = kernel == Kernel::kPoly ? std::pow(product, degree) : std::tanh(product);
    }
  }
};

Status read_kernel(const graph::Node& node, Vectors& vectors) {
  INLAY_ASSIGN(vectors.kernel, kernel_of(node.text("kernel_type", "LINEAR")));
  INLAY_TRY(expect_length("kernel_params", length_of(node, "kernel_params"), 3, true));
  if (const auto* params = floats(node, "kernel_params")) {
    vectors.gamma = (*params)[0];
    vectors.offset = (*params)[1];
    vectors.degree = (*params)[2];
  }
  return Status();
}

// `count` vectors of the attribute "support_vectors".
Status read_vectors(const graph::Node& node, int64_t count, Vectors& vectors) {
  const int64_t length = length_of(node, "support_vectors");
  if (length == 0 || length % count != 0)
    return invalid("support_vectors: expected as many numbers for each of {} vectors, found {}",
                   count, length);
  vectors.elements = *floats(node, "support_vectors");
  vectors.count = count;
  vectors.features = length / count;
  return Status();
}

// Without support vectors: `count` rows of the attribute "coefficients" take their place.
Status read_rows(const graph::Node& node, int64_t count, Vectors& vectors) {
  const int64_t length = length_of(node, "coefficients");
  if (length == 0 || length % count != 0)
    return invalid("coefficients: expected as many for each of {} scores, found {}", count, length);
  vectors.kernel = Kernel::kLinear;
  vectors.elements = *floats(node, "coefficients");
  vectors.count = count;
  vectors.features = length / count;
  return Status();
}

class SvmRegressor final : public Scorer<float> {
 public:
  int64_t scores() const override { return 1; }
  int64_t features() const override { return vectors_.features; }
  int64_t scratch_bytes(int64_t) const override { return vectors_.count * int64_t{sizeof(float)}; }

  Status read(const graph::Node& node) {
    INLAY_TRY(read_kernel(node, vectors_));
    // Read for its spelling: other engines apply none here.
    if (auto read = post_transform(node.text("post_transform", "NONE")); !read.ok())
      return std::move(read).status();
    const int64_t count = node.integer("n_supports", 0);
    if (count < 0) return invalid("n_supports: expected 0 or more, found {}", count);
    if (length_of(node, "rho") < 1) return invalid("rho: expected a number, found none");
    rho_ = floats(node, "rho")->front();
    one_class_ = node.integer("one_class", 0) != 0;
    if (count == 0) {
      coefficients_ = {1};
      return read_rows(node, 1, vectors_);
    }
    INLAY_TRY(expect_length("coefficients", length_of(node, "coefficients"), count, false));
    coefficients_ = *floats(node, "coefficients");
    return read_vectors(node, count, vectors_);
  }

  void run(const float* x, int64_t columns, int64_t rows, float* scores, int64_t*,
           std::byte* scratch) const override {
    auto* values = reinterpret_cast<float*>(scratch);
    for (int64_t row = 0; row < rows; ++row) {
      vectors_.evaluate(x + row * columns, values);
      const float sum = rho_ + kernels::dot(coefficients_.data(), values, vectors_.count);
      scores[row] = !one_class_ ? sum : sum > 0 ? 1.0f : -1.0f;
    }
  }

 private:
  Vectors vectors_;
  std::vector<float> coefficients_;
  float rho_ = 0;
  bool one_class_ = false;
};

// P(class | x) of `k` classes from pairwise[i * k + j] = P(i | i or j, x). `work` [k, k] and [k].
void couple(int64_t k, const double* pairwise, double* work, double* p) {
  double* const q = work;
  double* const qp = work + k * k;
  for (int64_t t = 0; t < k; ++t) {
    p[t] = 1.0 / static_cast<double>(k);
    q[t * k + t] = 0;
    for (int64_t j = 0; j < k; ++j) {
      if (j == t) continue;
      q[t * k + t] += pairwise[j * k + t] * pairwise[j * k + t];
      q[t * k + j] = -pairwise[j * k + t] * pairwise[t * k + j];
    }
  }
  const double epsilon = 0.005 / static_cast<double>(k);
  for (int64_t iteration = 0; iteration < std::max<int64_t>(100, k); ++iteration) {
    double pqp = 0, error = 0;
    for (int64_t t = 0; t < k; ++t) {
      qp[t] = std::inner_product(q + t * k, q + t * k + k, p, 0.0);
      pqp += p[t] * qp[t];
    }
    for (int64_t t = 0; t < k; ++t) error = std::max(error, std::abs(qp[t] - pqp));
    if (error < epsilon) return;
    for (int64_t t = 0; t < k; ++t) {
      const double change = (pqp - qp[t]) / q[t * k + t];
      p[t] += change;
      pqp = (pqp + change * (change * q[t * k + t] + 2 * qp[t])) / ((1 + change) * (1 + change));
      for (int64_t j = 0; j < k; ++j) {
        qp[j] = (qp[j] + change * q[t * k + j]) / (1 + change);
        p[j] /= 1 + change;
      }
    }
  }
}

class SvmClassifier final : public Scorer<float> {
 public:
  int64_t scores() const override {
    if (!by_vectors_ || !prob_a_.empty()) return classes_;
    return classes_ == 2 ? 2 : pairs();
  }
  int64_t features() const override { return vectors_.features; }
  // Kernel values, decisions and votes, then what coupling works on.
  int64_t scratch_bytes(int64_t) const override {
    const int64_t coupling = prob_a_.empty() ? 0 : 2 * classes_ * (classes_ + 1);
    return (vectors_.count + pairs() + classes_ + 2) * int64_t{sizeof(float)} +
           coupling * int64_t{sizeof(double)};
  }

  Status read(const graph::Node& node);
  void run(const float* x, int64_t columns, int64_t rows, float* scores, int64_t* labels,
           std::byte* scratch) const override;

 private:
  int64_t pairs() const { return classes_ * (classes_ - 1) / 2; }
  Status read_pairs(const graph::Node& node);
  void decide(const float* values, float* decisions, float* votes) const;
  void probabilities(const float* decisions, double* work, float* scores) const;
  void finish(const float* decisions, double* work, float* scores) const;

  Vectors vectors_;
  ClassLabels labels_;
  std::vector<float> coefficients_, rho_, prob_a_, prob_b_;
  std::vector<int64_t> first_;  // vector of each class, and their end
  int64_t classes_ = 0;
  PostTransform transform_ = PostTransform::kNone;
  bool by_vectors_ = false;
};

Status SvmClassifier::read(const graph::Node& node) {
  INLAY_TRY(read_kernel(node, vectors_));
  INLAY_ASSIGN(transform_, post_transform(node.text("post_transform", "NONE")));
  INLAY_ASSIGN(labels_, class_labels(node));
  classes_ = labels_.count();
  if (classes_ == 0) return invalid("expected labels of classes, found none");
  const auto* rho = floats(node, "rho");
  if (!rho) return invalid("rho: expected numbers, found none");
  rho_ = *rho;
  by_vectors_ = length_of(node, "vectors_per_class") > 0;
  return by_vectors_ ? read_pairs(node) : read_rows(node, classes_, vectors_);
}

Status SvmClassifier::read_pairs(const graph::Node& node) {
  // So that no product below is too large: a pair of classes has a number in "rho".
  if (classes_ < 2 || classes_ > static_cast<int64_t>(rho_.size()) + 1)
    return invalid("labels: expected 2 to {} for {} numbers in rho, found {}", rho_.size() + 1,
                   rho_.size(), classes_);
  INLAY_TRY(expect_length("rho", static_cast<int64_t>(rho_.size()), pairs(), false));
  const auto* per_class = integers(node, "vectors_per_class");
  INLAY_TRY(
      expect_length("vectors_per_class", static_cast<int64_t>(per_class->size()), classes_, false));
  const int64_t numbers = length_of(node, "support_vectors");
  int64_t count = 0;
  for (const int64_t vectors : *per_class) {
    first_.push_back(count);
    if (vectors < 0 || vectors > numbers - count)
      return invalid("vectors_per_class: expected 0 to {}, found {}", numbers - count, vectors);
    count += vectors;
  }
  first_.push_back(count);
  if (count == 0) return invalid("vectors_per_class: expected vectors, found none");
  INLAY_TRY(read_vectors(node, count, vectors_));
  INLAY_TRY(expect_length("coefficients", length_of(node, "coefficients"), count * (classes_ - 1),
                          false));
  coefficients_ = *floats(node, "coefficients");
  INLAY_TRY(expect_length("prob_a", length_of(node, "prob_a"), pairs(), true));
  INLAY_TRY(expect_length("prob_b", length_of(node, "prob_b"), length_of(node, "prob_a"), false));
  if (const auto* prob_a = floats(node, "prob_a")) {
    prob_a_ = *prob_a;
    prob_b_ = *floats(node, "prob_b");
  }
  return Status();
}

void SvmClassifier::decide(const float* values, float* decisions, float* votes) const {
  std::fill(votes, votes + classes_, 0.0f);
  const auto part = [&](int64_t row, int64_t of) {
    const int64_t begin = first_[static_cast<size_t>(of)];
    return kernels::dot(coefficients_.data() + row * vectors_.count + begin, values + begin,
                        first_[static_cast<size_t>(of) + 1] - begin);
  };
  int64_t pair = 0;
  for (int64_t i = 0; i < classes_; ++i)
    for (int64_t j = i + 1; j < classes_; ++j, ++pair) {
      decisions[pair] = rho_[static_cast<size_t>(pair)] + part(j - 1, i) + part(i, j);
      votes[decisions[pair] > 0 ? i : j] += 1;
    }
}

void SvmClassifier::probabilities(const float* decisions, double* work, float* scores) const {
  constexpr double kLeast = 1e-7;
  double* const pairwise = work;
  double* const p = work + classes_ * classes_;
  int64_t pair = 0;
  for (int64_t i = 0; i < classes_; ++i)
    for (int64_t j = i + 1; j < classes_; ++j, ++pair) {
      const auto at = static_cast<size_t>(pair);
      const float exponent = decisions[pair] * prob_a_[at] + prob_b_[at];
      const double first =
          std::clamp(1 / (1 + std::exp(static_cast<double>(exponent))), kLeast, 1 - kLeast);
      pairwise[i * classes_ + j] = first;
      pairwise[j * classes_ + i] = 1 - first;
    }
  couple(classes_, pairwise, p + classes_, p);
  for (int64_t i = 0; i < classes_; ++i) scores[i] = static_cast<float>(p[i]);
}

void SvmClassifier::finish(const float* decisions, double* work, float* scores) const {
  if (!prob_a_.empty()) {
    probabilities(decisions, work, scores);
    return transform_scores(transform_, scores, classes_);
  }
  std::copy(decisions, decisions + pairs(), scores);
  if (classes_ != 2) return transform_scores(transform_, scores, pairs());
  transform_one_as_two(
      transform_,
      transform_ == PostTransform::kNone ? TwoScores::kOpposite : TwoScores::kComplement, scores);
}

void SvmClassifier::run(const float* x, int64_t columns, int64_t rows, float* scores,
                        int64_t* labels, std::byte* scratch) const {
  auto* work = reinterpret_cast<double*>(scratch);
  float* const values = reinterpret_cast<float*>(
      scratch + (prob_a_.empty() ? 0 : 2 * classes_ * (classes_ + 1) * int64_t{sizeof(double)}));
  float* const decisions = values + vectors_.count;
  float* const votes = decisions + pairs();
  for (int64_t row = 0; row < rows; ++row, scores += this->scores()) {
    vectors_.evaluate(x + row * columns, by_vectors_ ? values : scores);
    const float* best = scores;
    if (by_vectors_) {
      decide(values, decisions, votes);
      best = votes;
    } else {
      for (int64_t i = 0; i < classes_; ++i) scores[i] += rho_[0];
    }
    if (labels) labels[row] = labels_.label(std::max_element(best, best + classes_) - best);
    if (by_vectors_)
      finish(decisions, work, scores);
    else
      transform_scores(transform_, scores, classes_);
  }
}

template <class Model>
Result<std::shared_ptr<const Scorer<float>>> read(const graph::Node& node) {
  auto model = std::make_shared<Model>();
  INLAY_TRY(model->read(node));
  return std::shared_ptr<const Scorer<float>>(std::move(model));
}

}  // namespace

Result<std::shared_ptr<const Scorer<float>>> svm_classifier(const graph::Node& node) {
  return read<SvmClassifier>(node);
}

Result<std::shared_ptr<const Scorer<float>>> svm_regressor(const graph::Node& node) {
  return read<SvmRegressor>(node);
}

}  // namespace inlay::ops::ml
