// Functions of one floating-point operand.
#pragma once

#include "kernels/activation.h"
#include "ops/elementwise.h"

namespace inlay::ops {

// One input of a floating-point type; the output has its type and shape.
Status infer_unary(Inference& in);

// float32 goes to the kernel, other types to its function in double.
Status lower_unary(Lowering& low, kernels::Unary op);
Status lower_parametric(Lowering& low, kernels::Parametric op, kernels::Parameters parameters);
// A function that has no kernel.
Status lower_scalar(Lowering& low, double (*scalar)(double));

// An attribute that is a parameter.
double parameter(const Lowering& low, std::string_view name, float otherwise);

}  // namespace inlay::ops
