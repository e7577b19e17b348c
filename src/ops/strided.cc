#include "ops/strided.h"

#include <cstring>

namespace inlay::ops {
namespace {

struct CopyParams {
  int64_t rank;
  int64_t element_bytes;
};

template <class T>
void copy_row(const T* src, int64_t src_stride, T* dst, int64_t dst_stride, int64_t count) {
  if (src_stride == 1 && dst_stride == 1) {
    std::memcpy(dst, src, static_cast<size_t>(count) * sizeof(T));
    return;
  }
  for (int64_t i = 0; i < count; ++i) dst[i * dst_stride] = src[i * src_stride];
}

template <class T>
void copy_rows(const Walk<2>& walk, const T* src, T* dst, ThreadPool& pool) {
  constexpr int64_t kElementsPerTask = 1 << 15;
  const int64_t rows = walk.outer_count();
  const int64_t rows_per_task =
      std::max<int64_t>(1, kElementsPerTask / std::max<int64_t>(1, walk.inner()));
  const int64_t tasks = (rows + rows_per_task - 1) / rows_per_task;
  pool.parallel_for(tasks, [&](int64_t task) {
    const int64_t end = std::min(rows, (task + 1) * rows_per_task);
    for (int64_t row = task * rows_per_task; row < end; ++row) {
      const auto offset = walk.offsets(row);
      copy_row(src + offset[0], walk.stride[0][walk.rank - 1], dst + offset[1],
               walk.stride[1][walk.rank - 1], walk.inner());
    }
  });
}

struct Element16 {
  uint64_t words[2];
};

Status run_copy(const StepCall& call) {
  const auto& params = call.as<CopyParams>();
  const Walk<2> walk(params.rank, call.sizes);
  if (walk.outer_count() == 0 || walk.inner() == 0) return Status();
  ThreadPool& pool = call.run.pool();
  switch (params.element_bytes) {
    case 1: copy_rows(walk, call.at<const uint8_t>(0), call.at<uint8_t>(1), pool); break;
    case 2: copy_rows(walk, call.at<const uint16_t>(0), call.at<uint16_t>(1), pool); break;
    case 4: copy_rows(walk, call.at<const uint32_t>(0), call.at<uint32_t>(1), pool); break;
    case 8: copy_rows(walk, call.at<const uint64_t>(0), call.at<uint64_t>(1), pool); break;
    default: copy_rows(walk, call.at<const Element16>(0), call.at<Element16>(1), pool); break;
  }
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
