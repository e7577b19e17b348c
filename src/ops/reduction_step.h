// The step behind every reduction.
//
// Elements are reduced as floats, doubles or 64-bit integers, whichever holds them; those of another type are turned
// into these a few hundred at a time. So there are three forms of each loop, and f32 has kernels (kernels/reduction.h).
#pragma once

#include "ops/reduction.h"

namespace inlay::ops {

// Null where there is no such element type.
StepFn find_reduction(Reduction reduction, DType dtype);
std::shared_ptr<const void> reduction_params(ReduceParams axes, Reduction reduction, DType dtype);

}  // namespace inlay::ops
