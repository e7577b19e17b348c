// What operators along an axis and operators with indices share.
#pragma once

#include <cstring>

#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {

// The sizes before an axis, of it and behind it; a negative axis counts from the end.
struct AxisSizes {
  Expr outer, size, inner;
};
AxisSizes split_at(ExprPool& exprs, const Shape& shape, int64_t axis);

// Integers of int64 or int32, maybe unaligned.
struct Indices {
  const std::byte* data;
  bool narrow;

  int64_t raw(int64_t i) const {
    if (narrow) {
      int32_t value;
      std::memcpy(&value, data + i * 4, sizeof value);
      return value;
    }
    int64_t value;
    std::memcpy(&value, data + i * 8, sizeof value);
    return value;
  }
  // Requires a checked index: one in [-size, size).
  int64_t at(int64_t i, int64_t size) const {
    const int64_t index = raw(i);
    return index < 0 ? index + size : index;
  }
};

// Fails when an index is outside [-size, size), naming the first.
Status check_indices(const Indices& indices, int64_t count, int64_t size);

// Fails for elements that have no fixed width, such as strings.
Status expect_dense_elements(const Inference& in, size_t input);

}  // namespace inlay::ops
