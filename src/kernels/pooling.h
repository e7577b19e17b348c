// From token vectors to one vector a text: sums, means and maxima over rows, and L2 normalization.
//
//   mean_rows(x + begin * stride, stride, end - begin, columns, y);   // one text of a ragged batch
//   l2_normalize(y, y, columns, 1e-12f);
//
// Sums run over rows in ascending order, one f32 chain a column, so they do not depend on the
// instruction set. Contract of l2_normalize: at most 1e-6 relative. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct PoolingKernel {
  const char* name;
  uint32_t isa;
  // y[columns] = sum of rows * scale; 0 for no rows.
  void (*sum)(const float* x, int64_t stride, int64_t rows, int64_t columns, float scale, float* y);
  // y[columns] = sum_r weights[r] * x[r, :].
  void (*weighted_sum)(const float* x, int64_t stride, const float* weights, int64_t rows,
                       int64_t columns, float* y);
  // y[columns] = maximum over rows; -inf for no rows; NaN where a row has one.
  void (*max)(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y);
  // y = x / max(||x||_2, epsilon). y may be x.
  void (*l2_normalize)(const float* x, float* y, int64_t columns, float epsilon);
};

const PoolingKernel& pooling_kernel();
KernelTable<PoolingKernel> pooling_table();

// The sum divided by `rows`; 0 for no rows.
void mean_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y);
void sum_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y);
void weighted_sum_rows(const float* x, int64_t stride, const float* weights, int64_t rows,
                       int64_t columns, float* y);
void max_rows(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y);
void l2_normalize(const float* x, float* y, int64_t columns, float epsilon);

}  // namespace inlay::kernels
