#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

void rows(const float* query, const float* matrix, int64_t stride, int64_t count, int64_t columns,
          float* scores) {
  for (int64_t r = 0; r < count; ++r) {
    double total = 0;
    for (int64_t i = 0; i < columns; ++i) total += double{query[i]} * matrix[r * stride + i];
    scores[r] = static_cast<float>(total);
  }
}

void add_scaled_ref(float scale, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

}  // namespace

const DotKernel kDotRef = {"dot_f32_ref", 0, rows, add_scaled_ref};

}  // namespace inlay::kernels
