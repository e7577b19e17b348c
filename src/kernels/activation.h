// Elementwise functions of one f32 operand, alone or in a GEMM's epilogue.
//
//   unary(Unary::kGeluErf, x, y, n);                     // y[i] = gelu(x[i]); y may be x
//   parametric(Parametric::kLeakyRelu, {0.1}, x, y, n);  // y[i] = x[i] < 0 ? 0.1 x[i] : x[i]
//
// Contract of every entry, against the exact function (ULP of the f32 result unless it says otherwise):
//   relu, sqrt, reciprocal, negate, abs,
//   floor, ceil, round                    exact or correctly rounded
//   exp, log, sigmoid, tanh, softplus     at most 4 ULP; all but log and tanh may flush results below 2^-126 to 0
//   sin, cos                              at most 4 ULP
//   erf                                   at most 2^-21 absolute and 8 ULP
//   softsign                              at most 2 ULP
//   gelu_erf, gelu_tanh, silu, mish,
//   hard_swish, swish                     at most 5e-7 * |x| absolute
//   leaky_relu, thresholded_relu, clip    at most 1 ULP for parameters that are floats
//   hard_sigmoid                          at most 2^-22 absolute
//   elu                                   at most 8 ULP
// exp(-inf) = 0, exp(x > 88.73) = +inf; NaN gives NaN (relu too, but 0 where it is not above a threshold); the
// limits of the others are exact, but hard_swish(-inf) is NaN, and so are softsign's.
// Pointers need no alignment; n >= 0. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

// What a GEMM applies to its result.
enum class Activation : uint8_t { kNone, kRelu, kGeluErf, kGeluTanh, kTanh, kSigmoid, kSilu };

// kGeluErf: x/2 (1 + erf(x/sqrt 2)). kGeluTanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
// kSilu: x sigmoid(x). kLog is the natural logarithm. kSoftplus: log(1 + exp(x)). kMish: x tanh(softplus(x)).
// kSoftsign: x / (1 + |x|). kHardSwish: x min(1, max(0, x/6 + 1/2)). kRound: to the nearest, ties to even.
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
  kSoftplus,
  kMish,
  kSoftsign,
  kHardSwish,
  kSin,
  kCos,
  kFloor,
  kCeil,
  kRound,
};
constexpr int kUnaryCount = 22;

// With parameters a, b and c:
// kElu: b (exp(c x) - 1) below 0, else a x. kLeakyRelu: a x below 0, else x. kHardSigmoid: min(1, max(0, a x + b)).
// kThresholdedRelu: x above a, else 0. kClip: min(b, max(a, x)). kSwish: x sigmoid(a x).
enum class Parametric : uint8_t {
  kElu,
  kLeakyRelu,
  kHardSigmoid,
  kThresholdedRelu,
  kClip,
  kSwish,
};
constexpr int kParametricCount = 6;
struct Parameters {
  double a = 0, b = 0, c = 0;
};

struct ActivationKernel {
  const char* name;
  uint32_t isa;
  // y[i] = op(x[i]) for i in [0, n). y is x or does not overlap it.
  void (*run)(Unary op, const float* x, float* y, int64_t n);
  void (*run_parametric)(Parametric op, Parameters p, const float* x, float* y, int64_t n);
};

const ActivationKernel& activation_kernel();
KernelTable<ActivationKernel> activation_table();

void unary(Unary op, const float* x, float* y, int64_t n);
void parametric(Parametric op, Parameters p, const float* x, float* y, int64_t n);

// The functions themselves, in double: what other types than f32 are computed by.
double unary_value(Unary op, double x);
double parametric_value(Parametric op, const Parameters& p, double x);

}  // namespace inlay::kernels
