// Walking tensors with strides: the copies and broadcasts that views need.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ops/lowering.h"

namespace inlay::ops {

inline constexpr int kMaxRank = 16;

// Up to N operands over one iteration space, axes of size 1 dropped and neighbours merged where every
// operand allows it, so that most walks end as one or two axes. Strides in elements.
template <int N>
struct Walk {
  int rank = 0;
  std::array<int64_t, kMaxRank> size{};
  std::array<std::array<int64_t, kMaxRank>, N> stride{};

  // `sizes` holds shape[r], then strides[r] of each of the first `operands` operands, as push_walk lays them out.
  Walk(int64_t r, const int64_t* sizes, int operands = N) {
    for (int64_t axis = 0; axis < r; ++axis) {
      const int64_t extent = sizes[axis];
      if (extent == 1) continue;
      bool merge = rank > 0;
      for (int i = 0; i < operands && merge; ++i)
        merge = stride[i][rank - 1] == extent * sizes[(i + 1) * r + axis];
      if (!merge) size[rank++] = 1;
      size[rank - 1] *= extent;
      for (int i = 0; i < operands; ++i) stride[i][rank - 1] = sizes[(i + 1) * r + axis];
    }
    if (rank == 0) size[rank++] = 1;
  }

  int64_t outer_count() const {
    int64_t count = 1;
    for (int axis = 0; axis + 1 < rank; ++axis) count *= size[axis];
    return count;
  }
  int64_t inner() const { return size[rank - 1]; }

  // Offsets of all operands at the start of inner row `row`, 0 <= row < outer_count().
  std::array<int64_t, N> offsets(int64_t row) const {
    std::array<int64_t, N> out{};
    for (int axis = rank - 2; axis >= 0; --axis) {
      const int64_t index = row % size[axis];
      row /= size[axis];
      for (int i = 0; i < N; ++i) out[i] += index * stride[i][axis];
    }
    return out;
  }

  // A row and its offsets, for walks from row to row without divisions.
  struct Place {
    std::array<int64_t, kMaxRank> index{};
    std::array<int64_t, N> offsets{};
  };
  Place place(int64_t row) const {
    Place out;
    out.offsets = offsets(row);
    for (int axis = rank - 2; axis >= 0; --axis) {
      out.index[axis] = row % size[axis];
      row /= size[axis];
    }
    return out;
  }
  void advance(Place& place) const {
    for (int axis = rank - 2; axis >= 0; --axis) {
      const int64_t steps = ++place.index[axis] < size[axis] ? 1 : 1 - size[axis];
      for (int i = 0; i < N; ++i) place.offsets[i] += steps * stride[i][axis];
      if (steps == 1) return;
      place.index[axis] = 0;
    }
  }
};

// Appends shape and the strides of each view, broadcast to `shape`, to a step's sizes: what Walk reads.
void push_walk(ExprPool& exprs, std::vector<Expr>& sizes, const Shape& shape,
               std::span<const View> views);

// The strides of a view as if it had been broadcast to `shape`: 0 where its size is 1.
std::vector<Expr> broadcast_strides(ExprPool& exprs, const View& view, const Shape& shape);

// n elements of 1, 2, 4, 8 or 16 bytes, `stride` elements apart, side by side.
void copy_elements(const std::byte* src, int64_t stride, std::byte* dst, int64_t n, int64_t bytes);

// A step that copies a view into a row-major block of the same type.
Lowering::StepSpec copy_step(ExprPool& exprs, const View& source, Operand target);
// A step that writes integers known as sizes into a block of int64, int32 or other integer type.
Lowering::StepSpec write_sizes_step(DType dtype, std::vector<Expr> content, Operand target);

// An operand with the strides of a dense row-major tensor.
View dense_view(ExprPool& exprs, Operand operand, DType dtype, const Shape& shape);
bool is_dense(ExprPool& exprs, const View& view);

}  // namespace inlay::ops
