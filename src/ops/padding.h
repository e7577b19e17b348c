// Elements before and behind each axis.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Output 0 from input 0 and zeros: `front` elements before each axis, taken away where it is negative; behind
// it what the output's shape leaves.
Status lower_zero_padding(Lowering& low, const std::vector<Expr>& front);

}  // namespace inlay::ops
