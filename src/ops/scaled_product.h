// float(integer product) · scales + bias: MatMulIntegerToFloat, DynamicQuantizeMatMul, inlay.IntegerLinear.
#pragma once

#include "kernels/activation.h"
#include "ops/integer_product.h"

namespace inlay::ops {

// Inputs of a node; -1 where it has none.
struct ScaledInputs {
  IntegerInputs product;
  int a_scale, b_scale, bias;
};

// Checks all inputs; the result's shape. Scales of a are one, of b one or one a column.
Result<Shape> infer_scaled_product(Inference& in, const ScaledInputs& inputs);
// Adds one step from the node's inputs to its output 0.
Status lower_scaled_product(Lowering& low, const ScaledInputs& inputs,
                            kernels::Activation activation);
// The same where a is float32: its step of quantization comes first.
Status lower_dynamic_product(Lowering& low, const ScaledInputs& inputs);

}  // namespace inlay::ops
