// DepthToSpace and SpaceToDepth: blocks of an image against channels.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// A positive blocksize and four dimensions; returns the blocksize.
Result<int64_t> check_blocks(Inference& in);
// One copy from input 0, seen as `shape` with its axes in the order `order`.
Status lower_permuted_copy(Lowering& low, const Shape& shape, const std::vector<size_t>& order);

}  // namespace inlay::ops
