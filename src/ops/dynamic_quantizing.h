// float32 to uint8 by a scale and a zero point that the tensor's own extremes say.
#pragma once

#include "ops/lowering.h"

namespace inlay::ops {

// A step that writes y, its scale and its zero point from `count` elements of x without gaps.
Lowering::StepSpec dynamic_quantize_step(Expr count, Operand x, Operand y, Operand scale,
                                         Operand zero_point);

}  // namespace inlay::ops
