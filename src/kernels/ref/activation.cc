#include <cmath>

#include "kernels/entries.h"
#include "kernels/ref/activation_ref.h"

namespace inlay::kernels {
namespace {

constexpr double kSqrtHalf = 0.70710678118654752440;
constexpr double kSqrt2OverPi = 0.79788456080286535588;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// erfc, not 1 + erf, so that the left tail keeps its digits.
double gelu_erf(double x) { return x == -INFINITY ? 0 : 0.5 * x * std::erfc(-x * kSqrtHalf); }

double gelu_tanh(double x) {
  // x/2 (1 + tanh u) = x sigmoid(2u), which keeps the digits of the left tail.
  return x == -INFINITY ? 0 : x * sigmoid(2 * kSqrt2OverPi * (x + 0.044715 * x * x * x));
}

void run(Unary op, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(unary_ref(op, x[i]));
}

}  // namespace

double unary_ref(Unary op, double x) {
  switch (op) {
    case Unary::kRelu: return x < 0 ? 0 : x;
    case Unary::kGeluErf: return gelu_erf(x);
    case Unary::kGeluTanh: return gelu_tanh(x);
    case Unary::kTanh: return std::tanh(x);
    case Unary::kSigmoid: return sigmoid(x);
    case Unary::kSilu: return x == -INFINITY ? 0 : x * sigmoid(x);
    case Unary::kErf: return std::erf(x);
    case Unary::kExp: return std::exp(x);
    case Unary::kLog: return std::log(x);
    case Unary::kSqrt: return std::sqrt(x);
    case Unary::kReciprocal: return 1 / x;
    case Unary::kNegate: return -x;
    case Unary::kAbs: return std::fabs(x);
  }
  return x;
}

double activation_ref(Activation activation, double x) {
  switch (activation) {
    case Activation::kNone: return x;
    case Activation::kRelu: return unary_ref(Unary::kRelu, x);
    case Activation::kGeluErf: return unary_ref(Unary::kGeluErf, x);
    case Activation::kGeluTanh: return unary_ref(Unary::kGeluTanh, x);
    case Activation::kTanh: return unary_ref(Unary::kTanh, x);
    case Activation::kSigmoid: return unary_ref(Unary::kSigmoid, x);
    case Activation::kSilu: return unary_ref(Unary::kSilu, x);
  }
  return x;
}

const ActivationKernel kActivationRef = {"activation_f32_ref", 0, run};

}  // namespace inlay::kernels
