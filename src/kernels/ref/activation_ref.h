// The exact functions, in double: what the oracle's GEMM and the tests compare with.
#pragma once

#include "kernels/activation.h"

namespace inlay::kernels {

double unary_ref(Unary op, double x);
double activation_ref(Activation activation, double x);

}  // namespace inlay::kernels
