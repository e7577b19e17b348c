// Rows of indices along an axis: what GatherElements and ScatterElements share.
#pragma once

#include "ops/element_width.h"
#include "ops/gathering.h"

namespace inlay::ops {

// What a step finds in its sizes: the indices' shape, the data's strides, the size of the axis.
struct IndexedRows {
  int64_t rank, axis;
  const int64_t *shape, *strides;
  int64_t size;  // of the axis

  IndexedRows(int64_t rank_, int64_t axis_, const int64_t* sizes)
      : rank(rank_), axis(axis_), shape(sizes), strides(sizes + rank_), size(sizes[2 * rank_]) {}

  int64_t length() const { return rank > 0 ? shape[rank - 1] : 1; }
  int64_t rows() const {
    int64_t count = 1;
    for (int64_t a = 0; a + 1 < rank; ++a) count *= shape[a];
    return count;
  }
  // Element i of a row lies at offset(row) + index * stride() + i * step() in the data.
  int64_t stride() const { return rank > 0 ? strides[axis] : 0; }
  int64_t step() const { return rank > 0 && axis != rank - 1 ? strides[rank - 1] : 0; }
  int64_t offset(int64_t row) const {
    int64_t out = 0;
    for (int64_t a = rank - 1; a-- > 0; row /= shape[a])
      if (a != axis) out += row % shape[a] * strides[a];
    return out;
  }
};

}  // namespace inlay::ops
