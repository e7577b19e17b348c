// Softmax over contiguous rows, or over columns, f32: y = exp(x - max) / sum(exp(x - max)), or its logarithm.
//
// Contract: at most 8 ULP + 1e-7 relative to the row's largest result (log: 2e-6 + 4 ULP absolute).
// Equal values give equal weights whatever their size; a row of -inf alone gives NaN, as does NaN.
// Weights below 2^-126 may be 0. A row's result depends on that row alone. y may be x.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct SoftmaxArgs {
  const float* x;
  float* y;
  int64_t columns;
  int64_t x_stride, y_stride;  // from row to row
  bool log;                    // x - max - log(sum) instead
};

struct SoftmaxKernel {
  const char* name;
  uint32_t isa;
  void (*run)(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end);
  // Each column over all rows.
  void (*columns)(const SoftmaxArgs& args, int64_t rows);
};

const SoftmaxKernel& softmax_kernel();
KernelTable<SoftmaxKernel> softmax_table();

void softmax(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end);

}  // namespace inlay::kernels
