#include "ops/strided.h"

#include <cstdlib>
#include <cstring>

#include "kernels/transpose.h"
#include "ops/element_width.h"
#include "ops/filling.h"

namespace inlay::ops {
namespace {

struct CopyParams {
  int64_t rank;
  int64_t element_bytes;
};

template <class T>
void copy_row(const T* src, int64_t src_stride, T* dst, int64_t count) {
  if (src_stride == 1) {
    constexpr int64_t kShort = 16;  // where a call costs more than the copy
    if (count * static_cast<int64_t>(sizeof(T)) > kShort)
      std::memcpy(dst, src, static_cast<size_t>(count) * sizeof(T));
    else
      for (int64_t i = 0; i < count; ++i) dst[i] = src[i];
  } else if (src_stride == 0 && count > 0) {
    fill_elements(reinterpret_cast<std::byte*>(dst), reinterpret_cast<const std::byte*>(src), count,
                  sizeof(T));
  } else {
    for (int64_t i = 0; i < count; ++i) dst[i] = src[i * src_stride];
  }
}

// A plane of a copy: columns lie side by side in dst.
struct Plane {
  int64_t rows, columns;
  int64_t src_row, src_column, dst_row;  // strides
};

// Pieces of columns whose source stays in cache while all rows take from it.
template <class T>
void copy_across(const T* src, T* dst, const Plane& plane) {
  constexpr int64_t kColumns = 32;
  for (int64_t begin = 0; begin < plane.columns; begin += kColumns) {
    const int64_t count = std::min(kColumns, plane.columns - begin);
    for (int64_t row = 0; row < plane.rows; ++row)
      copy_row(src + row * plane.src_row + begin * plane.src_column, plane.src_column,
               dst + row * plane.dst_row + begin, count);
  }
}

template <class T>
void copy_plane(const T* src, T* dst, const Plane& plane) {
  constexpr int64_t kFewRows = 8;  // of which blocks would be empty for the most part
  if (sizeof(T) == 4 && plane.src_row == 1 && plane.src_column != 1 && plane.rows >= kFewRows) {
    kernels::transpose_kernel().run(reinterpret_cast<const float*>(src), plane.src_column,
                                    reinterpret_cast<float*>(dst), plane.dst_row, plane.rows,
                                    plane.columns);
    return;
  }
  if (plane.src_column != 1 && std::abs(plane.src_row) < std::abs(plane.src_column))
    return copy_across(src, dst, plane);
  for (int64_t row = 0; row < plane.rows; ++row)
    copy_row(src + row * plane.src_row, plane.src_column, dst + row * plane.dst_row, plane.columns);
}

// The axis that makes planes with the last one: where the source's stride is least, if the last one's is not 1.
int plane_axis(const Walk<2>& walk) {
  int best = walk.rank - 2;
  const auto stride = [&](int axis) {  // one value that is repeated is no neighbour
    const int64_t one = std::abs(walk.stride[0][axis]);
    return one == 0 ? INT64_MAX : one;
  };
  if (stride(walk.rank - 1) == 1) return best;
  for (int axis = best; axis-- > 0;)
    if (stride(axis) < stride(best)) best = axis;
  return best;
}

// The walk without the plane's axis; one axis is a plane of one row.
Plane take_plane(Walk<2>& walk) {
  const int last = walk.rank - 1;
  Plane plane{1, walk.size[last], 0, walk.stride[0][last], 0};
  if (walk.rank == 1) return plane;
  const int axis = plane_axis(walk);
  plane.rows = walk.size[axis];
  plane.src_row = walk.stride[0][axis];
  plane.dst_row = walk.stride[1][axis];
  for (int from = axis + 1; from <= last; ++from) {
    walk.size[from - 1] = walk.size[from];
    for (int i = 0; i < 2; ++i) walk.stride[i][from - 1] = walk.stride[i][from];
  }
  --walk.rank;
  return plane;
}

// Tasks of about kElementsPerTask: several planes, or a piece of one.
template <class T>
void copy_planes(Walk<2> walk, const T* src, T* dst, ThreadPool& pool) {
  constexpr int64_t kElementsPerTask = 1 << 15, kRows = 16;
  const Plane whole = take_plane(walk);
  const int64_t planes = walk.outer_count();
  const bool by_column = whole.rows == 1;  // one long row
  const int64_t lines = by_column ? whole.columns : whole.rows;
  const int64_t line = by_column ? 1 : whole.columns;
  const int64_t piece = std::min(lines, (kElementsPerTask / line + kRows) / kRows * kRows);
  const int64_t pieces = (lines + piece - 1) / piece;
  const int64_t per_task = std::max<int64_t>(1, kElementsPerTask / (piece * line));
  const int64_t count = planes * pieces;
  pool.parallel_for((count + per_task - 1) / per_task, [&](int64_t task) {
    for (int64_t i = task * per_task; i < std::min(count, (task + 1) * per_task); ++i) {
      const auto offset = walk.offsets(i / pieces);
      const int64_t begin = i % pieces * piece;
      Plane part = whole;
      (by_column ? part.columns : part.rows) = std::min(piece, lines - begin);
      copy_plane(src + offset[0] + begin * (by_column ? whole.src_column : whole.src_row),
                 dst + offset[1] + begin * (by_column ? 1 : whole.dst_row), part);
    }
  });
}

Status run_copy(const StepCall& call) {
  const auto& params = call.as<CopyParams>();
  const Walk<2> walk(params.rank, call.sizes);
  if (walk.outer_count() == 0 || walk.inner() == 0) return Status();
  for_width(params.element_bytes, [&]<class T>(std::type_identity<T>) {
    copy_planes(walk, call.at<const T>(0), call.at<T>(1), call.run.pool());
  });
  return Status();
}

struct WriteSizesParams {
  int64_t count;
  int64_t element_bytes;
};

Status run_write_sizes(const StepCall& call) {
  const auto& params = call.as<WriteSizesParams>();
  for (int64_t i = 0; i < params.count; ++i)  // little-endian: the low bytes come first
    std::memcpy(call.at<std::byte>(0) + i * params.element_bytes, &call.sizes[i],
                static_cast<size_t>(params.element_bytes));
  return Status();
}

}  // namespace

void copy_elements(const std::byte* src, int64_t stride, std::byte* dst, int64_t n, int64_t bytes) {
  for_width(bytes, [&]<class T>(std::type_identity<T>) {
    copy_row(reinterpret_cast<const T*>(src), stride, reinterpret_cast<T*>(dst), n);
  });
}

std::vector<Expr> row_major(ExprPool& exprs, const Shape& shape) {
  std::vector<Expr> strides(shape.size(), exprs.constant(1));
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = exprs.mul(strides[axis], shape[axis]);
  return strides;
}

std::vector<Expr> broadcast_strides(ExprPool& exprs, const View& view, const Shape& shape) {
  const Expr zero = exprs.constant(0), one = exprs.constant(1);
  std::vector<Expr> strides(shape.size(), zero);
  const size_t lead = shape.size() - view.shape.size();
  for (size_t axis = 0; axis < view.shape.size(); ++axis) {
    const bool same = view.shape[axis] == shape[lead + axis];
    strides[lead + axis] =
        same ? view.strides[axis] : exprs.if_equal(view.shape[axis], one, zero, view.strides[axis]);
  }
  return strides;
}

void push_walk(ExprPool& exprs, std::vector<Expr>& sizes, const Shape& shape,
               std::span<const View> views) {
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  for (const View& view : views) {
    const std::vector<Expr> strides = broadcast_strides(exprs, view, shape);
    sizes.insert(sizes.end(), strides.begin(), strides.end());
  }
}

View dense_view(ExprPool& exprs, Operand operand, DType dtype, const Shape& shape) {
  return {operand, dtype, shape, row_major(exprs, shape)};
}

bool is_dense(ExprPool& exprs, const View& view) {
  const std::vector<Expr> dense = row_major(exprs, view.shape);
  for (size_t axis = 0; axis < dense.size(); ++axis)
    if (view.strides[axis] != dense[axis] && !exprs.is(view.shape[axis], 1)) return false;
  return true;
}

Lowering::StepSpec copy_step(ExprPool& exprs, const View& source, Operand target) {
  const View views[] = {source, dense_view(exprs, target, source.dtype, source.shape)};
  Lowering::StepSpec spec{run_copy, {source.operand, target}, {}, nullptr};
  push_walk(exprs, spec.sizes, source.shape, views);
  spec.params = std::make_shared<CopyParams>(
      CopyParams{static_cast<int64_t>(source.shape.size()), graph::dtype_bytes(source.dtype)});
  return spec;
}

Lowering::StepSpec write_sizes_step(DType dtype, std::vector<Expr> content, Operand target) {
  const auto count = static_cast<int64_t>(content.size());
  return {run_write_sizes,
          {target},
          std::move(content),
          std::make_shared<WriteSizesParams>(WriteSizesParams{count, graph::dtype_bytes(dtype)})};
}

}  // namespace inlay::ops
