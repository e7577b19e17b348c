// LayerNorm over rows, with the addition that usually comes before it.
//
//   sum = x + residual;   y = (sum - mean(sum)) / sqrt(var(sum) + epsilon) * gamma + beta
//
// mean and var are over the row's columns; var is the mean of squared distances (two passes, so a large
// mean costs no digits). With `rms` mean is taken as 0: y = sum / sqrt(mean(sum^2) + epsilon) * gamma.
// Contract: at most 4e-6 absolute for rows of order 1; a row's result depends on that row and `columns`.
// Thread-safe for disjoint rows. Pointers need no alignment.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct LayerNormArgs {
  const float* x;
  const float* residual;  // or null
  const float* gamma;     // [columns], or null for 1
  const float* beta;      // [columns], or null for 0
  float* y;               // may be x or residual
  float* sum;             // x + residual is also written here, with y_stride; or null
  int64_t columns;
  int64_t x_stride, residual_stride, y_stride;
  float epsilon;
  bool rms = false;
};

struct LayerNormKernel {
  const char* name;
  uint32_t isa;
  void (*run)(const LayerNormArgs& args, int64_t row_begin, int64_t row_end);
};

const LayerNormKernel& layer_norm_kernel();
KernelTable<LayerNormKernel> layer_norm_table();

void layer_norm(const LayerNormArgs& args, int64_t row_begin, int64_t row_end);

}  // namespace inlay::kernels
