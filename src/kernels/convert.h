// float16 and bfloat16 to float32 and back.
//
// Contract: widening is exact. Narrowing rounds to the nearest, ties to even; what is too large becomes
// infinite, NaN stays NaN. Entries agree to the bit, but for the payload of NaN.
// Thread-safe. Pointers need no alignment; `to` does not overlap `from`.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct ConvertKernel {
  const char* name;
  uint32_t isa;
  void (*widen_f16)(const uint16_t* from, int64_t n, float* to);
  void (*widen_bf16)(const uint16_t* from, int64_t n, float* to);
  void (*narrow_f16)(const float* from, int64_t n, uint16_t* to);
  void (*narrow_bf16)(const float* from, int64_t n, uint16_t* to);
};

const ConvertKernel& convert_kernel();
KernelTable<ConvertKernel> convert_table();

}  // namespace inlay::kernels
