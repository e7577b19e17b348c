// Operators of com.microsoft on quantized tensors, element by element: dequantized, computed as floats,
// quantized again.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// y = quantize(f(dequantize(a), dequantize(b))). Inputs: a, its scale and zero point, b, its scale and
// zero point, y's scale and zero point. Zero points may be left out.
Status infer_q_linear_pair(Inference& in);
using PairFunction = float (*)(float a, float b);
Status lower_q_linear_pair(Lowering& low, PairFunction function);

// y = quantize(f(dequantize(x))). Inputs: x, its scale and zero point, y's scale and zero point.
// `function` has the attribute `parameter` as its second argument.
Status infer_q_linear_unary(Inference& in);
Status lower_q_linear_unary(Lowering& low, PairFunction function, float parameter);

}  // namespace inlay::ops
