#include "tasks/leave_one_out.h"

#include <algorithm>
#include <cmath>

#include "kernels/dot.h"
#include "tasks/packed_matrix.h"

namespace inlay::tasks {
namespace {

// A symmetric positive definite matrix [size, size] in its lower triangle, row-major. Its numbers are f32 sums, and a
// temperature needs two digits, so f32 does; elements are dot products of rows, which are quick.
class Cholesky {
 public:
  explicit Cholesky(size_t size) : size_(size), lower_(size * size) {}

  size_t size() const { return size_; }
  float& at(size_t row, size_t column) { return lower_[row * size_ + column]; }

  // Replaces the matrix by its factor L.
  void factor() {
    for (size_t i = 0; i < size_; ++i) {
      for (size_t j = 0; j < i; ++j) at(i, j) = (at(i, j) - product(i, &at(j, 0), 0, j)) / at(j, j);
      at(i, i) = std::sqrt(std::max(at(i, i) - product(i, &at(i, 0), 0, i), 1e-9f));
    }
  }

  // L^-1 [size, size], row-major, of the factor.
  std::vector<float> inverse_factor() {
    std::vector<float> columns(size_ * size_), out(size_ * size_);
    for (size_t j = 0; j < size_; ++j) {
      float* const column = &columns[j * size_];
      column[j] = 1 / at(j, j);
      for (size_t i = j + 1; i < size_; ++i) column[i] = -product(i, column, j, i) / at(i, i);
      for (size_t i = j; i < size_; ++i) out[i * size_ + j] = column[i];
    }
    return out;
  }

 private:
  // Of elements [begin, end) of a row and of `values`.
  float product(size_t row, const float* values, size_t begin, size_t end) {
    return kernels::dot(&at(row, begin), values + begin, static_cast<int64_t>(end - begin));
  }

  size_t size_;
  std::vector<float> lower_;
};

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

// sum_i curvature_i x_i x_i' + I / c, of dimensions; its right sides are the rows of x.
Result<Cholesky> dimension_matrix(const LogisticProblem& problem,
                                  std::span<const double> curvature) {
  const int64_t n = problem.examples(), d = problem.dimensions;
  const auto columns = static_cast<size_t>(d);
  INLAY_ASSIGN(const auto x, PackedMatrix::make(problem.x.data(), n, d, d, 1));
  std::vector<float> scaled(columns * curvature.size()), sums(columns * columns);
  for (size_t i = 0; i < curvature.size(); ++i)
    for (size_t j = 0; j < columns; ++j)
      scaled[j * curvature.size() + i] =
          problem.x[i * columns + j] * static_cast<float>(curvature[i]);
  x.multiply(scaled.data(), d, nullptr, sums.data());
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

// |L^-1 b|^2 for each column b of `sides` [size, n], where element (k, i) lies at k * k_stride + i * stride.
Result<std::vector<double>> squares(Cholesky matrix, const float* sides, int64_t n,
                                    int64_t k_stride, int64_t stride) {
  matrix.factor();
  const std::vector<float> inverse = matrix.inverse_factor();
  const auto size = static_cast<int64_t>(matrix.size());
  const auto count = static_cast<size_t>(n);
  INLAY_ASSIGN(const auto packed, PackedMatrix::make(sides, size, n, k_stride, stride));
  std::vector<float> solved(matrix.size() * count);
  packed.multiply(inverse.data(), size, nullptr, solved.data());
  std::vector<double> out(count);
  for (size_t k = 0; k < matrix.size(); ++k)
    for (size_t i = 0; i < count; ++i)
      out[i] += double{solved[k * count + i]} * double{solved[k * count + i]};
  return out;
}

// h of each example: see the header. With fewer examples than dimensions by
// A^-1 = c (I - B' (B B' + I / c)^-1 B).
Result<std::vector<double>> leverages(const LogisticProblem& problem,
                                      std::span<const double> curvature) {
  const int64_t n = problem.examples(), d = problem.dimensions;
  if (n >= d) {
    INLAY_ASSIGN(Cholesky matrix, dimension_matrix(problem, curvature));
    return squares(std::move(matrix), problem.x.data(), n, 1, d);
  }
  std::vector<float> sides;
  INLAY_ASSIGN(Cholesky matrix, example_matrix(problem, curvature, sides));
  INLAY_ASSIGN(std::vector<double> out, squares(std::move(matrix), sides.data(), n, n, 1));
  for (size_t i = 0; i < out.size(); ++i) {
    const float* const x = &problem.x[i * static_cast<size_t>(d)];
    out[i] = std::max(double{kernels::dot(x, x, d)} - out[i], 0.0) * double{problem.c};
  }
  return out;
}

// The loss of softmax(logits / exp(x)) on the labels.
double loss_at(std::span<const float> logits, std::span<const int32_t> labels, double x) {
  const size_t n = labels.size(), classes = logits.size() / n;
  const double scale = std::exp(-x);
  double loss = 0;
  for (size_t i = 0; i < n; ++i) {
    float best = logits[i];
    for (size_t k = 1; k < classes; ++k) best = std::max(best, logits[k * n + i]);
    double sum = 0;
    for (size_t k = 0; k < classes; ++k)
      sum += std::exp((double{logits[k * n + i]} - double{best}) * scale);
    const double own = double{logits[static_cast<size_t>(labels[i]) * n + i]};
    loss += std::log(sum) - (own - double{best}) * scale;
  }
  return loss;
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
  constexpr double kGolden = 0.6180339887498949, kFurtherExamples = 4;
  const double center = std::log(double{usual});
  const auto loss = [&](double x) {
    return loss_at(logits, labels, x) + 0.5 * kFurtherExamples * (x - center) * (x - center);
  };
  if (labels.empty()) return usual;
  // Golden section over a factor of e^4 to both sides: the loss has one minimum in log T.
  double low = center - 4, high = center + 4;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = loss(left), at_right = loss(right);
  while (high - low > 1e-3) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      at_left = loss(left = high - kGolden * (high - low));
    } else {
      low = left, left = right, at_left = at_right;
      at_right = loss(right = low + kGolden * (high - low));
    }
  }
  return static_cast<float>(std::exp((low + high) / 2));
}

}  // namespace inlay::tasks
