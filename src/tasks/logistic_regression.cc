#include "tasks/logistic_regression.h"

#include <algorithm>
#include <cmath>

#include "kernels/softmax.h"
#include "tasks/packed_matrix.h"
#include "tasks/vectors.h"

namespace inlay::tasks {
namespace {

constexpr size_t kMemory = 10;        // pairs of steps that L-BFGS remembers
constexpr int kMaxIterations = 1000;  // convex problems of this kind take 10 to 60
constexpr int kMaxHalvings = 20;
constexpr float kGradientTolerance = 1e-7f;  // of the total weight: what f32 sums can tell
constexpr double kLossNoise = 5e-7;          // of the loss: what its f32 logits leave open
constexpr float kRounded = 1e-30f;
constexpr int kPatience = 4;  // iterations without a smaller gradient, once the loss stands still

// [columns, rows] of [rows, columns].
void transpose(const std::vector<float>& from, size_t rows, size_t columns,
               std::vector<float>& to) {
  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

float largest(const std::vector<float>& values) {
  float found = 0;
  for (const float value : values) found = std::max(found, std::fabs(value));
  return found;
}

// Loss and gradient at W0 + v.
class Objective {
 public:
  static Result<Objective> make(const LogisticProblem& problem) {
    Objective out(problem);
    const int64_t n = problem.examples(), d = problem.dimensions;
    INLAY_ASSIGN(out.columns_, PackedMatrix::make(problem.x.data(), d, n, 1, d));
    INLAY_ASSIGN(out.rows_, PackedMatrix::make(problem.x.data(), n, d, d, 1));
    const auto size = static_cast<size_t>(problem.classes * n);
    out.prior_logits_.resize(size);
    out.columns_.multiply(problem.prior.data(), problem.classes, nullptr, out.prior_logits_.data());
    out.logits_.resize(size);
    out.probabilities_.resize(size);
    out.by_example_.resize(size);
    return out;
  }

  double operator()(const std::vector<float>& v, std::vector<float>& gradient) {
    columns_.multiply(v.data(), problem_.classes, prior_logits_.data(), logits_.data());
    const double loss = softmax();
    rows_.multiply(residuals_.data(), problem_.classes, nullptr, gradient.data());
    add_scaled(gradient, 1 / problem_.c, v);
    return loss + 0.5 / double{problem_.c} * double{dot(v, v)};
  }

  // Of the last call.
  std::vector<float>& logits() { return logits_; }
  std::vector<float>& probabilities() { return probabilities_; }

 private:
  explicit Objective(const LogisticProblem& problem) : problem_(problem) {}

  // Fills probabilities and residuals, the loss's derivatives by logits; returns the loss.
  double softmax() {
    const auto n = static_cast<size_t>(problem_.examples());
    const auto classes = static_cast<size_t>(problem_.classes);
    transpose(logits_, classes, n, by_example_);
    float* const rows = by_example_.data();
    const auto columns = static_cast<int64_t>(classes);
    kernels::softmax({rows, rows, columns, columns, columns, false}, 0, problem_.examples());
    transpose(by_example_, n, classes, probabilities_);
    residuals_ = probabilities_;
    double loss = 0;
    for (size_t i = 0; i < n; ++i) {
      const auto label = static_cast<size_t>(problem_.labels[i]);
      const float weight = problem_.weight(static_cast<int64_t>(i));
      const float own = probabilities_[label * n + i];
      loss -= double{weight} * (own > kRounded ? std::log(double{own}) : log_probability(i, label));
      residuals_[label * n + i] -= 1;
      if (!problem_.weights.empty())
        for (size_t k = 0; k < classes; ++k) residuals_[k * n + i] *= weight;
    }
    return loss;
  }

  // Of a probability that f32 rounds to little or nothing.
  double log_probability(size_t example, size_t label) const {
    const auto n = static_cast<size_t>(problem_.examples());
    double best = -INFINITY, sum = 0;
    for (size_t at = example; at < logits_.size(); at += n)
      best = std::max(best, double{logits_[at]});
    for (size_t at = example; at < logits_.size(); at += n)
      sum += std::exp(double{logits_[at]} - best);
    return double{logits_[label * n + example]} - best - std::log(sum);
  }

  const LogisticProblem& problem_;
  PackedMatrix columns_, rows_;                                           // x transposed, and x
  std::vector<float> prior_logits_, logits_, probabilities_, residuals_;  // [classes, examples]
  std::vector<float> by_example_;                                         // [examples, classes]
};

// The last steps, which stand for the inverse of the curvature (Nocedal and Wright, algorithm 7.4).
class Curvature {
 public:
  void remember(std::vector<float> step, std::vector<float> change) {
    const float product = dot(step, change);
    if (!(product > 1e-10f * dot(change, change))) return;  // rounding ate the curvature
    if (pairs_.size() == kMemory) pairs_.erase(pairs_.begin());
    scale_ = product / dot(change, change);
    pairs_.push_back({std::move(step), std::move(change), 1 / product});
  }
  bool empty() const { return pairs_.empty(); }

  // Minus the inverse times the gradient.
  std::vector<float> direction(const std::vector<float>& gradient) const {
    std::vector<float> out = gradient;
    std::vector<float> along(pairs_.size());
    for (size_t i = pairs_.size(); i-- > 0;) {
      along[i] = pairs_[i].inverse * dot(pairs_[i].step, out);
      add_scaled(out, -along[i], pairs_[i].change);
    }
    for (float& value : out) value *= scale_;
    for (size_t i = 0; i < pairs_.size(); ++i)
      add_scaled(out, along[i] - pairs_[i].inverse * dot(pairs_[i].change, out), pairs_[i].step);
    for (float& value : out) value = -value;
    return out;
  }

 private:
  struct Pair {
    std::vector<float> step, change;
    float inverse;
  };
  std::vector<Pair> pairs_;
  float scale_ = 1;
};

// Where the search is: a point, its loss and its gradient.
struct Point {
  std::vector<float> v, gradient;
  double loss = 0;
};

// The first point along the direction whose loss is low enough (Armijo); false when there is none.
bool step_along(Objective& objective, const std::vector<float>& direction, float first, Point& at) {
  const double slope = double{dot(direction, at.gradient)};
  Point next{at.v, std::vector<float>(at.v.size()), 0};
  float length = first;
  for (int i = 0; i < kMaxHalvings && slope < 0; ++i) {
    next.v = at.v;
    add_scaled(next.v, length, direction);
    next.loss = objective(next.v, next.gradient);
    const double noise = kLossNoise * std::fabs(at.loss);
    if (next.loss <= at.loss + 1e-4 * double{length} * slope + noise) {
      at = std::move(next);
      return true;
    }
    length *= 0.5f;
  }
  return false;
}

// Ends where the gradient is 0 as far as f32 tells.
int minimize(Objective& objective, double total_weight, Point& at) {
  const float tolerance = kGradientTolerance * static_cast<float>(std::max(total_weight, 20.0));
  Curvature curvature;
  Point best = at;
  int iteration = 0;
  for (int stalled = 0; iteration < kMaxIterations && stalled < kPatience; ++iteration) {
    if (largest(at.gradient) <= tolerance) return iteration;
    const std::vector<float> direction = curvature.direction(at.gradient);
    const float first =
        curvature.empty() ? 1 / std::max(std::sqrt(dot(at.gradient, at.gradient)), 1e-20f) : 1.0f;
    const Point before = at;
    if (!step_along(objective, direction, first, at)) break;
    std::vector<float> step = at.v, change = at.gradient;
    add_scaled(step, -1, before.v);
    add_scaled(change, -1, before.gradient);
    curvature.remember(std::move(step), std::move(change));
    const bool still = before.loss - at.loss <= kLossNoise * std::fabs(at.loss);
    stalled = still && largest(at.gradient) >= largest(best.gradient) ? stalled + 1 : 0;
    if (largest(at.gradient) < largest(best.gradient) || !still) best = at;
  }
  at = std::move(best);
  return iteration;
}

}  // namespace

Result<LogisticFit> fit_logistic(const LogisticProblem& problem) {
  LogisticFit out;
  out.weights.assign(problem.prior.begin(), problem.prior.end());
  if (problem.examples() == 0) return out;
  INLAY_ASSIGN(Objective objective, Objective::make(problem));
  double total = 0;
  for (int64_t i = 0; i < problem.examples(); ++i) total += double{problem.weight(i)};
  Point at{std::vector<float>(out.weights.size()), std::vector<float>(out.weights.size()), 0};
  at.loss = objective(at.v, at.gradient);
  out.iterations = minimize(objective, total, at);
  out.loss = objective(at.v, at.gradient);
  out.gradient = largest(at.gradient);
  add_scaled(out.weights, 1, at.v);
  out.logits = std::move(objective.logits());
  out.probabilities = std::move(objective.probabilities());
  return out;
}

}  // namespace inlay::tasks
