// Softmax and its logarithm along an axis, and the axes that Hardmax shares with them.
#pragma once

#include "ops/gathering.h"

namespace inlay::ops {

Status infer_softmax_along(Inference& in);
// What they run along: all axes from "axis" on before version 13, one since.
AxisSizes softmax_sizes(Lowering& low);
// A step from x to y (which may be x), both like input 0 and dense.
void add_softmax(Lowering& low, Operand x, Operand y, const AxisSizes& sizes, bool log);
Status lower_softmax_along(Lowering& low, bool log);

}  // namespace inlay::ops
