#include "ops/gathering.h"

namespace inlay::ops {

AxisSizes split_at(ExprPool& exprs, const Shape& shape, int64_t axis) {
  const auto at = static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(shape.size()) : axis);
  const std::span all(shape);
  return {exprs.product(all.first(at)), shape[at], exprs.product(all.subspan(at + 1))};
}

Status check_indices(const Indices& indices, int64_t count, int64_t size) {
  constexpr int64_t kBlock = 64;  // that is looked at as a whole first
  for (int64_t i = 0; i < count; ++i) {
    if (i % kBlock == 0 && i + kBlock <= count) {
      bool inside = true;
      for (int64_t k = i; k < i + kBlock; ++k)
        inside &= (indices.raw(k) >= -size) & (indices.raw(k) < size);
      if (inside) {
        i += kBlock - 1;
        continue;
      }
    }
    const int64_t index = indices.raw(i);
    if (index < -size || index >= size)
      return invalid("index {} at position {}: expected one in [-{}, {})", index, i, size, size);
  }
  return Status();
}

Status expect_dense_elements(const Inference& in, size_t input) {
  if (graph::dtype_bytes(in.dtype(input)) > 0) return Status();
  return in.error("input {}: {} elements are not supported", input,
                  graph::dtype_text(in.dtype(input)));
}

}  // namespace inlay::ops
