// What becomes of many floats: sums, products and extremes of rows, or of columns over rows.
//
//   double totals[2] = {0, 0};
//   kernel.rows({x, 768, 2, 768, nullptr, totals}, Reduce::kSum);      // of 2 rows of 768
//   kernel.columns({x, 768, 2, 768, nullptr, columns}, Reduce::kMax);  // columns[768]
//
// Contract: sums and products are of doubles (kSumExp: exp is within 2e-7, relative). A total begins as it is given
// and depends on its own elements and their number alone; a column takes them one after the other, so that its rows
// may come in several calls and entries agree to the bit. A NaN among the elements is the extreme. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

enum class Reduce : uint8_t { kSum, kSumAbs, kSumSquares, kProduct, kMax, kMin, kSumExp };
constexpr int kReduceCount = 7;

struct ReduceArgs {
  const float* x;
  int64_t stride, rows, columns;  // stride: from row to row
  const float* about;             // kSumExp: sums exp(x - about), an element for each total; finite
  double* totals;                 // [rows] or [columns], which go into the result
};

// The first element of its kind.
enum class Find : uint8_t { kEqual, kBelow, kNotAtMost };

struct ArgArgs {
  const float* x;
  int64_t stride, rows, columns;
  bool least, last;  // else the greatest; else the first of equal ones
  int32_t* index;    // [columns]
};

struct ReductionKernel {
  const char* name;
  uint32_t isa;
  void (*rows)(const ReduceArgs& args, Reduce op);
  void (*columns)(const ReduceArgs& args, Reduce op);
  // sums = {Σ x - about, Σ (x - about)²}, in doubles.
  void (*moments)(const float* x, int64_t n, float about, double* sums);
  // The first i with x[i] == value, x[i] < value, or !(x[i] <= value); n where there is none.
  int64_t (*find)(Find what, const float* x, int64_t n, float value);
  // The row of each column's extreme; NaNs are passed over, but for one in row 0. 0 < rows < 2^31.
  void (*arg_columns)(const ArgArgs& args);
};

const ReductionKernel& reduction_kernel();
KernelTable<ReductionKernel> reduction_table();

}  // namespace inlay::kernels
