// Multinomial logistic regression around a prior: the least of
//
//   sum_i weight_i * -log softmax(W x_i)[label_i]  +  1 / (2 c) * ||W - W0||^2
//
// which is convex with one minimum, found by L-BFGS from W0. With W0 = 0 it is scikit-learn's
// LogisticRegression(C=c, fit_intercept=False). Products are f32 and each element of one is a single
// chain over the examples in their order, everything runs in the caller's thread: the same problem gives
// the same bits. Thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"

namespace inlay::tasks {

struct LogisticProblem {
  int64_t classes, dimensions;
  std::span<const float> x;         // [examples, dimensions], finite
  std::span<const int32_t> labels;  // [examples], each below `classes`
  std::span<const float> weights;   // [examples], above 0; none: 1 each
  std::span<const float> prior;     // W0: [classes, dimensions], finite
  float c;                          // above 0; larger: further from the prior

  int64_t examples() const { return static_cast<int64_t>(labels.size()); }
  float weight(int64_t example) const {
    return weights.empty() ? 1.0f : weights[static_cast<size_t>(example)];
  }
};

struct LogisticFit {
  std::vector<float> weights;        // W: [classes, dimensions]
  std::vector<float> probabilities;  // softmax(W x): [classes, examples]
  std::vector<float> logits;         // W x: [classes, examples]
  double loss = 0;
  int iterations = 0;
  float gradient = 0;  // its largest element at the end
};

// Fails with kOutOfMemory.
Result<LogisticFit> fit_logistic(const LogisticProblem& problem);

}  // namespace inlay::tasks
