// float32 to uint8 by one scale: the extremes of a tensor, and its elements between them.
//
// Contract: each element is clamp(round(x / scale) + zero, 0, 255), ties to even, the quotient rounded as
// a float; NaN becomes 0. Extremes count NaN as nothing. All entries agree to the bit.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct Extremes {
  float low, high;
};

struct QuantizeKernel {
  const char* name;
  uint32_t isa;
  // The extremes of the elements and of `so_far`.
  Extremes (*extremes)(const float* x, int64_t n, Extremes so_far);
  void (*to_u8)(const float* x, int64_t n, float scale, int32_t zero, uint8_t* y);
  uint32_t (*sum_u8)(const uint8_t* x, int64_t n);
};

const QuantizeKernel& quantize_kernel();
KernelTable<QuantizeKernel> quantize_table();

}  // namespace inlay::kernels
