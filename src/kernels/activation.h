// Elementwise functions of one f32 operand, alone or in a GEMM's epilogue.
//
//   unary(Unary::kGeluErf, x, y, n);   // y[i] = gelu(x[i]); y may be x
//
// Contract of every entry, against the exact function (ULP of the f32 result unless it says otherwise):
//   relu, sqrt, reciprocal, negate, abs   exact or correctly rounded
//   exp, log, sigmoid, tanh               at most 4 ULP; exp and sigmoid may flush results below 2^-126 to 0
//   erf                                   at most 2^-21 absolute and 8 ULP
//   gelu_erf, gelu_tanh, silu             at most 5e-7 * |x| absolute
// exp(-inf) = 0, exp(x > 88.73) = +inf; NaN gives NaN (relu too); the limits of the others are exact.
// Pointers need no alignment; n >= 0. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

// What a GEMM applies to its result.
enum class Activation : uint8_t { kNone, kRelu, kGeluErf, kGeluTanh, kTanh, kSigmoid, kSilu };

// kGeluErf: x/2 (1 + erf(x/sqrt 2)). kGeluTanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
// kSilu: x sigmoid(x). kLog is the natural logarithm.
enum class Unary : uint8_t {
  kRelu,
  kGeluErf,
  kGeluTanh,
  kTanh,
  kSigmoid,
  kSilu,
  kErf,
  kExp,
  kLog,
  kSqrt,
  kReciprocal,
  kNegate,
  kAbs,
};
constexpr int kUnaryCount = 13;

struct ActivationKernel {
  const char* name;
  uint32_t isa;
  // y[i] = op(x[i]) for i in [0, n). y is x or does not overlap it.
  void (*run)(Unary op, const float* x, float* y, int64_t n);
};

const ActivationKernel& activation_kernel();
KernelTable<ActivationKernel> activation_table();

void unary(Unary op, const float* x, float* y, int64_t n);

}  // namespace inlay::kernels
