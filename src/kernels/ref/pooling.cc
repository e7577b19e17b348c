#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

void sum(const float* x, int64_t stride, int64_t rows, int64_t columns, float scale, float* y) {
  for (int64_t i = 0; i < columns; ++i) {
    double total = 0;
    for (int64_t r = 0; r < rows; ++r) total += x[r * stride + i];
    y[i] = static_cast<float>(total * scale);
  }
}

void weighted_sum(const float* x, int64_t stride, const float* weights, int64_t rows,
                  int64_t columns, float* y) {
  for (int64_t i = 0; i < columns; ++i) {
    double total = 0;
    for (int64_t r = 0; r < rows; ++r) total += double{weights[r]} * x[r * stride + i];
    y[i] = static_cast<float>(total);
  }
}

void max(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y) {
  for (int64_t i = 0; i < columns; ++i) {
    float best = -INFINITY;
    for (int64_t r = 0; r < rows; ++r) {
      const float value = x[r * stride + i];
      if (!(value <= best) && !std::isnan(best)) best = value;
    }
    y[i] = best;
  }
}

void normalize(const float* x, float* y, int64_t columns, float epsilon) {
  double total = 0;
  for (int64_t i = 0; i < columns; ++i) total += double{x[i]} * x[i];
  const double norm = std::fmax(std::sqrt(total), double{epsilon});
  for (int64_t i = 0; i < columns; ++i) y[i] = static_cast<float>(x[i] / norm);
}

}  // namespace

const PoolingKernel kPoolingRef = {"pooling_f32_ref", 0, sum, weighted_sum, max, normalize};

}  // namespace inlay::kernels
