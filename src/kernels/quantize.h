// float32 to bytes by scales and back, and the extremes that scales are made of.
//
// Contract: a byte is clamp(round(x / scale) + zero, low, low + 255), ties to even, the quotient rounded as a
// float; NaN becomes `low`. Back it is (byte - zero) * scale, each operation rounded by itself. Extremes count NaN
// as nothing. All entries agree to the bit.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct Extremes {
  float low, high;
};

// Element i has scale[i * stride] and zero[i * stride], whole numbers between low and low + 255; stride is 0 or 1.
struct ByteScales {
  const float *scale, *zero;
  int64_t stride;
  bool is_signed;  // low is -128, else 0
};

// Sums of products of bytes for each channel by itself: start[c] + sum over t of rows[t][c] * weights[t, c], modulo
// 2^32. Weights are of 16 bits. Channels are a multiple of kChannelLanes, which rows need not be aligned to.
constexpr int64_t kChannelLanes = 16;
struct ChannelSums {
  const uint8_t* const* rows;
  const int32_t* weights;  // [taps, channels]
  int64_t taps, channels;
  const int32_t* start;
  int32_t* sums;  // or null
  float* y;       // where sums is null: those as floats, times scale[c]
  const float* scale;
};

struct QuantizeKernel {
  const char* name;
  uint32_t isa;
  // The extremes of the elements and of `so_far`.
  Extremes (*extremes)(const float* x, int64_t n, Extremes so_far);
  void (*to_bytes)(const float* x, int64_t n, const ByteScales& scales, uint8_t* y);
  void (*from_bytes)(const uint8_t* x, int64_t n, const ByteScales& scales, float* y);
  uint32_t (*sum_u8)(const uint8_t* x, int64_t n);
  void (*channel_sums)(const ChannelSums& args);
};

const QuantizeKernel& quantize_kernel();
KernelTable<QuantizeKernel> quantize_table();

}  // namespace inlay::kernels
