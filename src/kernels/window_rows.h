// A row of outputs of a window that slides over one channel: depthwise convolutions and pools.
//
//   weighted_sum({x, offsets, weights, taps, bias, y, n});   // y[i] = bias + Σ_t weights[t] x[offsets[t] + i]
//   highest({x, offsets, nullptr, taps, -INFINITY, y, n});   // y[i] = the greatest of x[offsets[t] + i]
//
// Contract: a sum is one chain of fused multiply-adds over the taps in their order, which starts from
// `start`; so entries agree to the bit. A NaN among the elements may be lost by highest. y overlaps
// nothing, or is x where the only offset is 0. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct WindowRow {
  const float* x;
  const int64_t* offsets;  // [taps], in elements
  const float* weights;    // [taps]; null for highest
  int64_t taps;
  float start;
  float* y;
  int64_t n;
};

// n elements: x[(i - begin) * step] in [begin, end), and `around` elsewhere.
struct PaddedRow {
  const float* x;
  int64_t step, begin, end, n;
  float around;
  float* y;
};

// n sums over elements that lie anywhere: y[i] = Σ_t weights[t * pitch + i] x[index[t * pitch + i]], one chain of
// fused multiply-adds from 0. A negative index is no element and adds nothing. Without weights taps is 1, and
// elements keep their bits. `ascending` promises that no index of a tap is negative or less than the one before it:
// neighbours are then read as one vector where they lie near enough.
struct PickedRow {
  const float* x;
  const int32_t* index;
  const float* weights;
  int64_t taps, pitch;
  float* y;
  int64_t n;
  bool ascending = false;
};

// y[column * y_stride + row] = x[row * x_stride + column].
struct TransposedRows {
  const float* x;
  int64_t x_stride, rows, columns;
  float* y;
  int64_t y_stride;
};

struct WindowRowsKernel {
  const char* name;
  uint32_t isa;
  void (*weighted_sum)(const WindowRow& row);
  void (*highest)(const WindowRow& row);
  void (*pad)(const PaddedRow& row);
  void (*picked_sum)(const PickedRow& row);
  void (*transpose)(const TransposedRows& rows);
};

const WindowRowsKernel& window_rows_kernel();
KernelTable<WindowRowsKernel> window_rows_table();

}  // namespace inlay::kernels
