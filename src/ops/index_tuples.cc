#include "ops/index_tuples.h"

namespace inlay::ops {

Result<TupleShape> tuple_shape(Inference& in, int64_t batch) {
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  INLAY_ASSIGN(Shape data, in.shape(0));
  INLAY_ASSIGN(Shape indices, in.shape(1));
  const auto length = indices.empty() ? std::nullopt : in.exprs().value(indices.back());
  if (!length) return in.error("input 1: expected a last axis of known size");
  const auto rank = static_cast<int64_t>(data.size());
  if (batch < 0 || batch >= static_cast<int64_t>(indices.size()) || *length < 0 ||
      batch + *length > rank)
    return in.error("tuples of {} indices behind {} axes do not fit {} dimensions", *length, batch,
                    rank);
  for (size_t axis = 0; axis < static_cast<size_t>(batch); ++axis)
    INLAY_TRY(in.expect_equal(data[axis], indices[axis], "batch axes"));
  return TupleShape{std::move(data), std::move(indices), *length};
}

TupleSizes tuple_sizes(Lowering& low, int64_t batch) {
  ExprPool& e = low.exprs();
  const Shape &data = low.input_shape(0), &indices = low.input_shape(1);
  const auto lead = static_cast<size_t>(batch);
  const int64_t length = *e.value(indices.back());
  const auto end = lead + static_cast<size_t>(length);
  const std::span tuples = std::span(indices).first(indices.size() - 1);
  const std::vector<Expr> strides = row_major(e, data);
  TupleSizes out;
  out.sizes = {e.product(tuples.subspan(lead)), e.product(std::span(data).subspan(lead)),
               e.product(std::span(data).subspan(end)), e.product(tuples)};
  out.sizes.insert(out.sizes.end(), data.begin() + batch, data.begin() + static_cast<int64_t>(end));
  out.sizes.insert(out.sizes.end(), strides.begin() + batch,
                   strides.begin() + static_cast<int64_t>(end));
  out.params = std::make_shared<TupleParams>(
      TupleParams{length, graph::dtype_bytes(low.input_type(0).dtype)});
  return out;
}

Result<int64_t> IndexTuples::offset(int64_t i) const {
  const Indices all{indices, false};
  int64_t out = per_batch > 0 ? i / per_batch * batch_elements : 0;
  for (int64_t axis = 0; axis < length; ++axis) {
    const int64_t index = all.raw(i * length + axis);
    if (index < -extents[axis] || index >= extents[axis])
      return invalid("index {} in tuple {}: expected one in [-{}, {})", index, i, extents[axis],
                     extents[axis]);
    out += (index < 0 ? index + extents[axis] : index) * strides[axis];
  }
  return out;
}

}  // namespace inlay::ops
