#include <math.h>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

Extremes extremes(const float* x, int64_t n, Extremes so_far) {
  for (int64_t i = 0; i < n; ++i) {
    if (x[i] < so_far.low) so_far.low = x[i];
    if (x[i] > so_far.high) so_far.high = x[i];
  }
  return so_far;
}

void to_u8(const float* x, int64_t n, float scale, int32_t zero, uint8_t* y) {
  const auto low = static_cast<float>(0 - zero), high = static_cast<float>(255 - zero);
  for (int64_t i = 0; i < n; ++i) {
    const float quotient = x[i] / scale;
    const float clamped = quotient > low ? fminf(quotient, high) : low;
    y[i] = static_cast<uint8_t>(static_cast<int32_t>(nearbyintf(clamped)) + zero);
  }
}

uint32_t sum_u8(const uint8_t* x, int64_t n) {
  uint32_t total = 0;
  for (int64_t i = 0; i < n; ++i) total += x[i];
  return total;
}

}  // namespace

const QuantizeKernel kQuantizeRef = {"quantize_ref", 0, extremes, to_u8, sum_u8};

}  // namespace inlay::kernels
