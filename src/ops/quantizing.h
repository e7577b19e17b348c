// What QuantizeLinear and DequantizeLinear share: which scale an element has, and its zero point.
#pragma once

#include <algorithm>

#include "ops/narrow_types.h"
#include "ops/op.h"

namespace inlay::ops {

// Checks input 1 (scale) and input 2 (zero point) against the shape of input 0: one for the whole
// tensor, one for each index of the axis "axis", or one for "block_size" of them.
Status expect_scales(Inference& in);

// Elements [outer, axis, inner] and the place of each one's scale:
// outer * outer_stride + axis / block * axis_stride + inner * inner_stride.
struct ScaleLayout {
  int64_t outer, axis, inner;
  int64_t block;
  int64_t outer_stride, axis_stride, inner_stride;
  int64_t scales;  // how many there are
};
// Appends what scale_layout reads to a step's sizes.
void push_scale_layout(Lowering& low, std::vector<Expr>& sizes);
ScaleLayout scale_layout(const int64_t* sizes);

// Elements as floats, of every type that a scale, a zero point, or what is quantized may have; null for
// others.
using FloatReader = void (*)(const std::byte* in, int64_t n, float* out);
FloatReader find_float_reader(DType dtype);

// body(begin, scale, zero_point, stride, n) for runs of elements [begin, begin + n) whose scales lie at
// scale[i * stride]; scales and zero points as floats. Over the threads of the run.
template <class Body>
void for_each_run(RunServices& run, const ScaleLayout& layout, const float* scales,
                  const float* zero_points, const Body& body) {
  constexpr int64_t kElementsPerTask = 1 << 14;
  // Blocks along the last axis share a scale; else an axis' index is a row of its own.
  const bool along = layout.inner == 1 && layout.block > 1;
  const int64_t per_outer = along ? (layout.axis + layout.block - 1) / layout.block : layout.axis;
  const int64_t rows = layout.outer * per_outer;
  const int64_t inner = along ? std::min(layout.block, layout.axis) : layout.inner;
  if (rows == 0 || inner == 0) return;
  const int64_t pieces = (inner + kElementsPerTask - 1) / kElementsPerTask;  // of a row
  const int64_t rows_per_task = std::max<int64_t>(1, kElementsPerTask / inner);
  const int64_t row_tasks = (rows + rows_per_task - 1) / rows_per_task;
  run.pool().parallel_for(row_tasks * pieces, [&](int64_t task) {
    if (run.cancelled()) return;
    const int64_t begin = task % pieces * kElementsPerTask;
    const int64_t first = task / pieces * rows_per_task;
    for (int64_t row = first; row < std::min(rows, first + rows_per_task); ++row) {
      const int64_t outer = row / per_outer, index = row % per_outer;
      const int64_t block = along ? index : index / layout.block;
      const int64_t at = outer * layout.outer_stride + block * layout.axis_stride +
                         (along ? 0 : begin * layout.inner_stride);
      const int64_t start = along ? outer * layout.axis + index * layout.block : row * layout.inner;
      const int64_t end = along ? std::min(inner, layout.axis - index * layout.block) : inner;
      const int64_t n = std::min(kElementsPerTask, end - begin);
      if (n > 0)
        body(start + begin, scales + at, zero_points + at, along ? 0 : layout.inner_stride, n);
    }
  });
}

// round(value), ties to even, + zero as far as the range goes. NaN becomes the range's low end.
inline int32_t quantized(float value, int32_t zero, IntegerRange range) {
  constexpr float kMagic = 12582912;  // 1.5 · 2^23: sums have no bits behind the point
  const auto low = static_cast<float>(range.low - zero),
             high = static_cast<float>(range.high - zero);
  const float above = value > low ? value : low;
  return static_cast<int32_t>(((above < high ? above : high) + kMagic) - kMagic) + zero;
}

// Scales and zero points (zeros where `zero_point` is null) as floats, in memory of the step's own.
struct FloatScales {
  const float* scales;
  const float* zero_points;
};
Result<FloatScales> read_scales(RunServices& run, int64_t count, const std::byte* scale,
                                FloatReader read_scale, const std::byte* zero_point,
                                FloatReader read_zero_point);

}  // namespace inlay::ops
