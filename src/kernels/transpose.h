// Rows of 32-bit elements become columns: dst[r * dst_stride + c] = src[c * src_stride + r].
//
//   transpose(x, 768, y, 1024, 768, 1024);   // x is [1024, 768], y [768, 1024]
//
// Contract: bits are moved as they are. Strides in elements. dst does not overlap src. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct TransposeKernel {
  const char* name;
  uint32_t isa;
  // `rows` and `columns` are dst's.
  void (*run)(const float* src, int64_t src_stride, float* dst, int64_t dst_stride, int64_t rows,
              int64_t columns);
};

const TransposeKernel& transpose_kernel();
KernelTable<TransposeKernel> transpose_table();

}  // namespace inlay::kernels
