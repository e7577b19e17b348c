// Tuples of indices into the leading axes of a tensor: what GatherND and ScatterND share.
#pragma once

#include <memory>

#include "ops/gathering.h"

namespace inlay::ops {

struct TupleShape {
  Shape data, indices;
  int64_t length;  // of a tuple
};
// The shapes of inputs 0 and 1, whose `batch` leading axes agree; checks types and ranks.
Result<TupleShape> tuple_shape(Inference& in, int64_t batch);

struct TupleParams {
  int64_t length;
  int64_t element_bytes;
};
struct TupleSizes {
  std::vector<Expr> sizes;
  std::shared_ptr<const TupleParams> params;
};
TupleSizes tuple_sizes(Lowering& low, int64_t batch);

// What a step finds in its sizes.
struct IndexTuples {
  int64_t per_batch;       // tuples of a batch
  int64_t batch_elements;  // of data
  int64_t slice;           // elements behind the axes that tuples index
  int64_t count;           // of all tuples
  int64_t length;
  const int64_t *extents, *strides;  // of the axes that tuples index
  const std::byte* indices;

  IndexTuples(const TupleParams& params, const int64_t* sizes, const std::byte* data)
      : per_batch(sizes[0]),
        batch_elements(sizes[1]),
        slice(sizes[2]),
        count(sizes[3]),
        length(params.length),
        extents(sizes + 4),
        strides(sizes + 4 + length),
        indices(data) {}

  // The first element of tuple i's slice. Fails for an index outside its axis.
  Result<int64_t> offset(int64_t i) const;
};

}  // namespace inlay::ops
