#include "tasks/leave_one_out.h"

#include <algorithm>
#include <cmath>

#include "kernels/dot.h"
#include "kernels/softmax.h"
#include "tasks/cholesky.h"
#include "tasks/packed_matrix.h"
#include "tasks/vectors.h"

namespace inlay::tasks {
namespace {

// The curvature of an example's loss along its residual, times its weight; a residual of 0 has none.
std::vector<double> curvatures(const LogisticProblem& problem, const LogisticFit& fit) {
  const auto n = static_cast<size_t>(problem.examples());
  const auto classes = static_cast<size_t>(problem.classes);
  std::vector<double> square(n), weighted(n), mean(n);
  for (size_t k = 0; k < classes; ++k)
    for (size_t i = 0; i < n; ++i) {
      const double p = double{fit.probabilities[k * n + i]};
      const double u = static_cast<size_t>(problem.labels[i]) == k ? p - 1 : p;
      square[i] += u * u;
      weighted[i] += p * u * u;
      mean[i] += p * u;
    }
  for (size_t i = 0; i < n; ++i) {
    const double along = square[i] > 1e-20 ? (weighted[i] - mean[i] * mean[i]) / square[i] : 0;
    square[i] = double{problem.weight(static_cast<int64_t>(i))} * std::max(along, 0.0);
  }
  return square;
}

// sum_i curvature_i x_i x_i' + I / c, of dimensions; the columns of `sides` are the x_i.
Result<Cholesky> dimension_matrix(const LogisticProblem& problem, std::span<const double> curvature,
                                  std::vector<float>& sides) {
  const int64_t n = problem.examples(), d = problem.dimensions;
  const auto columns = static_cast<size_t>(d);
  INLAY_ASSIGN(const auto x, PackedMatrix::make(problem.x.data(), n, d, d, 1));
  std::vector<float> scaled(columns * curvature.size()), sums(columns * columns);
  sides.resize(scaled.size());
  constexpr size_t kRows = 16;  // a cache line of each row of `scaled`
  for (size_t begin = 0; begin < curvature.size(); begin += kRows) {
    const size_t end = std::min(begin + kRows, curvature.size());
    for (size_t j = 0; j < columns; ++j)
      for (size_t i = begin; i < end; ++i) {
        const float value = problem.x[i * columns + j];
        sides[j * curvature.size() + i] = value;
        scaled[j * curvature.size() + i] = value * static_cast<float>(curvature[i]);
      }
  }
  x.multiply_lower(scaled.data(), sums.data());
  Cholesky out(columns);
  for (size_t i = 0; i < columns; ++i) {
    for (size_t j = 0; j <= i; ++j) out.at(i, j) = sums[i * columns + j];
    out.at(i, i) += 1 / problem.c;
  }
  return out;
}

// B B' + I / c for rows sqrt(curvature_i) x_i of B; its right sides, B x_i, come out as columns of `sides`.
Result<Cholesky> example_matrix(const LogisticProblem& problem, std::span<const double> curvature,
                                std::vector<float>& sides) {
  const int64_t n = problem.examples(), d = problem.dimensions;
  const size_t count = curvature.size();
  INLAY_ASSIGN(const auto x, PackedMatrix::make(problem.x.data(), d, n, 1, d));
  sides.resize(count * count);
  x.multiply(problem.x.data(), n, nullptr, sides.data());
  Cholesky out(count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j <= i; ++j)
      out.at(i, j) =
          static_cast<float>(std::sqrt(curvature[i] * curvature[j])) * sides[i * count + j];
    out.at(i, i) += 1 / problem.c;
    for (size_t j = 0; j < count; ++j)
      sides[i * count + j] *= static_cast<float>(std::sqrt(curvature[i]));
  }
  return out;
}

// |L^-1 z|^2 for each column z of `sides` [size, count].
Result<std::vector<double>> squares(Cholesky matrix, std::vector<float> sides, size_t count) {
  INLAY_TRY(matrix.factor());
  INLAY_TRY(matrix.solve(sides, count));
  std::vector<float> sums(count);
  for (size_t k = 0; k < matrix.size(); ++k)
    for (size_t i = 0; i < count; ++i) sums[i] += sides[k * count + i] * sides[k * count + i];
  return std::vector<double>(sums.begin(), sums.end());
}

// h of each example: see the header. With fewer examples than dimensions by
// A^-1 = c (I - B' (B B' + I / c)^-1 B).
Result<std::vector<double>> leverages(const LogisticProblem& problem,
                                      std::span<const double> curvature) {
  const int64_t d = problem.dimensions;
  std::vector<float> sides;
  if (problem.examples() >= d) {
    INLAY_ASSIGN(Cholesky matrix, dimension_matrix(problem, curvature, sides));
    return squares(std::move(matrix), std::move(sides), curvature.size());
  }
  INLAY_ASSIGN(Cholesky matrix, example_matrix(problem, curvature, sides));
  INLAY_ASSIGN(std::vector<double> out,
               squares(std::move(matrix), std::move(sides), curvature.size()));
  for (size_t i = 0; i < out.size(); ++i) {
    const float* const x = &problem.x[i * static_cast<size_t>(d)];
    out[i] = std::max(double{kernels::dot(x, x, d)} - out[i], 0.0) * double{problem.c};
  }
  return out;
}

// How the loss of softmax(scale * logits) changes with the scale.
struct Slope {
  double first = 0, second = 0;
};
Slope slope_at(const std::vector<float>& by_example, std::span<const int32_t> labels, float scale,
               std::vector<float>& probabilities) {
  const size_t n = labels.size(), classes = by_example.size() / n;
  probabilities.assign(by_example.size(), 0.0f);
  add_scaled(probabilities, scale, by_example);
  const auto columns = static_cast<int64_t>(classes);
  kernels::softmax({probabilities.data(), probabilities.data(), columns, columns, columns, false},
                   0, static_cast<int64_t>(n));
  Slope slope;
  for (size_t i = 0; i < n; ++i) {
    const float* const z = &by_example[i * classes];
    double mean = 0, square = 0;
    for (size_t k = 0; k < classes; ++k) {
      const double p = double{probabilities[i * classes + k]};
      mean += p * double{z[k]};
      square += p * double{z[k]} * double{z[k]};
    }
    slope.first += mean - double{z[static_cast<size_t>(labels[i])]};
    slope.second += std::max(square - mean * mean, 0.0);
  }
  return slope;
}

// [examples, classes] of [classes, examples], each less its example's largest.
std::vector<float> centered_by_example(std::span<const float> logits, size_t n) {
  const size_t classes = logits.size() / n;
  std::vector<float> out(logits.size());
  for (size_t i = 0; i < n; ++i) {
    float best = logits[i];
    for (size_t k = 1; k < classes; ++k) best = std::max(best, logits[k * n + i]);
    for (size_t k = 0; k < classes; ++k) out[i * classes + k] = logits[k * n + i] - best;
  }
  return out;
}

}  // namespace

Result<std::vector<float>> leave_one_out_logits(const LogisticProblem& problem,
                                                const LogisticFit& fit) {
  const std::vector<double> curvature = curvatures(problem, fit);
  INLAY_ASSIGN(const std::vector<double> h, leverages(problem, curvature));
  const auto n = static_cast<size_t>(problem.examples());
  std::vector<float> out = fit.logits;
  for (size_t k = 0; k < static_cast<size_t>(problem.classes); ++k)
    for (size_t i = 0; i < n; ++i) {
      const double weight = double{problem.weight(static_cast<int64_t>(i))};
      const double wanted = static_cast<size_t>(problem.labels[i]) == k ? 1 : 0;
      const double rest = std::max(1 - h[i] * curvature[i], 1e-6);
      const double residual = double{fit.probabilities[k * n + i]} - wanted;
      out[k * n + i] += static_cast<float>(h[i] * weight * residual / rest);
    }
  return out;
}

float calibrate_temperature(std::span<const float> logits, std::span<const int32_t> labels,
                            float usual) {
  constexpr double kFurtherExamples = 4, kReach = 4, kClose = 1e-4;
  if (labels.empty()) return usual;
  const std::vector<float> by_example = centered_by_example(logits, labels.size());
  std::vector<float> probabilities;
  const double center = std::log(double{usual});
  // Newton's method over x = log T, kept between places that are known to lie to both sides.
  double low = center - kReach, high = center + kReach, x = center;
  for (int i = 0; i < 60 && high - low > kClose; ++i) {
    const double scale = std::exp(-x);
    const Slope slope = slope_at(by_example, labels, static_cast<float>(scale), probabilities);
    const double first = -scale * slope.first + kFurtherExamples * (x - center);
    const double second =
        std::max(scale * (scale * slope.second + slope.first), 0.0) + kFurtherExamples;
    (first > 0 ? high : low) = x;
    const double next = x - first / second;
    if (std::fabs(next - x) < kClose / 4) break;
    x = next > low && next < high ? next : (low + high) / 2;
  }
  return static_cast<float>(std::exp(x));
}

}  // namespace inlay::tasks
