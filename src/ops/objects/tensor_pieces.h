// Tensors cut and joined along an axis, of numbers and of strings alike.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ops/objects/object_op.h"

namespace inlay::ops {

using graph::TensorRef;

TensorRef make_strings(std::vector<int64_t> shape, std::vector<std::string> strings);
// Numbers that are all 0, strings that are all empty.
Result<TensorRef> zeros(graph::DType dtype, std::vector<int64_t> shape);

// Elements [begin, begin + length) along an axis; shares memory where they lie together.
Result<TensorRef> slice(const TensorRef& tensor, size_t axis, int64_t begin, int64_t length);
// The same elements in another shape of as many.
TensorRef reshaped(const TensorRef& tensor, std::vector<int64_t> shape);
// Without, or with a new, axis of size 1.
TensorRef without_axis(const TensorRef& tensor, size_t axis);
TensorRef with_axis(const TensorRef& tensor, size_t axis);

// End to end along an axis. Requires at least one; fails where types or other sizes differ.
Result<TensorRef> concatenated(std::span<const TensorRef> tensors, size_t axis);

// An attribute that names an axis in [-rank, rank), as one in [0, rank).
Result<size_t> axis_in(const ObjectCall& call, int64_t axis, size_t rank);

}  // namespace inlay::ops
