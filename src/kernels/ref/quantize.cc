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

void to_bytes(const float* x, int64_t n, const ByteScales& scales, uint8_t* y) {
  for (int64_t i = 0; i < n; ++i) {
    const float zero = scales.zero[i * scales.stride];
    const float low = (scales.is_signed ? -128.0f : 0.0f) - zero, high = low + 255;
    const float quotient = x[i] / scales.scale[i * scales.stride];
    const float clamped = quotient > low ? fminf(quotient, high) : low;
    y[i] = static_cast<uint8_t>(static_cast<int32_t>(nearbyintf(clamped) + zero));
  }
}

void from_bytes(const uint8_t* x, int64_t n, const ByteScales& scales, float* y) {
  for (int64_t i = 0; i < n; ++i) {
    const int32_t whole = scales.is_signed ? static_cast<int8_t>(x[i]) : x[i];
    y[i] = (static_cast<float>(whole) - scales.zero[i * scales.stride]) *
           scales.scale[i * scales.stride];
  }
}

uint32_t sum_u8(const uint8_t* x, int64_t n) {
  uint32_t total = 0;
  for (int64_t i = 0; i < n; ++i) total += x[i];
  return total;
}

void channel_sums(const ChannelSums& args) {
  for (int64_t c = 0; c < args.channels; ++c) {
    auto sum = static_cast<uint32_t>(args.start[c]);
    for (int64_t t = 0; t < args.taps; ++t)
      sum += static_cast<uint32_t>(args.rows[t][c] * args.weights[t * args.channels + c]);
    const auto whole = static_cast<int32_t>(sum);
    if (args.sums)
      args.sums[c] = whole;
    else
      args.y[c] = static_cast<float>(whole) * args.scale[c];
  }
}

}  // namespace

const QuantizeKernel kQuantizeRef = {"quantize_ref", 0,      extremes,    to_bytes,
                                     from_bytes,     sum_u8, channel_sums};

}  // namespace inlay::kernels
