// Functions of one floating-point operand.
#pragma once

#include <optional>

#include "kernels/activation.h"
#include "ops/elementwise.h"

namespace inlay::ops {

// One input of a floating-point type; the output has its type and shape.
Status infer_unary(Inference& in);

// float32 goes to the kernel where there is one, everything else to `scalar`.
Status lower_unary(Lowering& low, std::optional<kernels::Unary> kernel, double (*scalar)(double));

// The same for a function with two parameters a and b.
Status lower_unary_with(Lowering& low, double (*scalar)(double x, double a, double b), double a,
                        double b);

}  // namespace inlay::ops
