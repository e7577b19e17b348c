// Dot products, cosine similarities and scaled sums of f32 vectors.
//
// Contract: a dot product is at most 1e-6 * sum |a_i b_i| away from the exact sum (plus 2e-6 for cosine).
// Results depend on the vectors and n alone: a row's score does not depend on how many rows are asked for.
// A scaled sum is rounded once or twice.
// Thread-safe. Pointers need no alignment.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct DotKernel {
  const char* name;
  uint32_t isa;
  // scores[r] = dot(query, matrix[r, :]) for r in [0, rows).
  void (*rows)(const float* query, const float* matrix, int64_t stride, int64_t rows,
               int64_t columns, float* scores);
  // y[i] += scale * x[i] for i in [0, n).
  void (*add_scaled)(float scale, const float* x, float* y, int64_t n);
};

const DotKernel& dot_kernel();
KernelTable<DotKernel> dot_table();

float dot(const float* a, const float* b, int64_t n);
void dot_rows(const float* query, const float* matrix, int64_t stride, int64_t rows,
              int64_t columns, float* scores);
void add_scaled(float scale, const float* x, float* y, int64_t n);
// dot(a, b) / (|a| |b|); 0 when either is 0.
float cosine(const float* a, const float* b, int64_t n);

}  // namespace inlay::kernels
