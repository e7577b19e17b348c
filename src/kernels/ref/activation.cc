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

double softplus(double x) { return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

// NaN stays.
double clip(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}

void run(Unary op, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(unary_value(op, x[i]));
}

void run_parametric(Parametric op, Parameters p, const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(parametric_value(op, p, x[i]));
}

}  // namespace

double unary_value(Unary op, double x) {
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
    case Unary::kSoftplus: return std::isnan(x) ? x : softplus(x);
    case Unary::kMish: return x == -INFINITY ? 0 : x * std::tanh(softplus(x));
    case Unary::kSoftsign: return x / (1 + std::fabs(x));
    case Unary::kHardSwish: return x * clip(x / 6 + 0.5, 0, 1);
    case Unary::kSin: return std::sin(x);
    case Unary::kCos: return std::cos(x);
    case Unary::kFloor: return std::floor(x);
    case Unary::kCeil: return std::ceil(x);
    case Unary::kRound: return std::nearbyint(x);
  }
  return x;
}

double parametric_value(Parametric op, const Parameters& p, double x) {
  switch (op) {
    case Parametric::kElu: return x < 0 ? p.b * std::expm1(p.c * x) : p.a * x;
    case Parametric::kLeakyRelu: return x < 0 ? p.a * x : x;
    case Parametric::kHardSigmoid: return clip(p.a * x + p.b, 0, 1);
    case Parametric::kThresholdedRelu: return x > p.a ? x : 0;
    case Parametric::kClip: return clip(x, p.a, p.b);
    case Parametric::kSwish: return std::isinf(x) && p.a * x < 0 ? 0 : x * sigmoid(p.a * x);
  }
  return x;
}

double activation_ref(Activation activation, double x) {
  switch (activation) {
    case Activation::kNone: return x;
    case Activation::kRelu: return unary_value(Unary::kRelu, x);
    case Activation::kGeluErf: return unary_value(Unary::kGeluErf, x);
    case Activation::kGeluTanh: return unary_value(Unary::kGeluTanh, x);
    case Activation::kTanh: return unary_value(Unary::kTanh, x);
    case Activation::kSigmoid: return unary_value(Unary::kSigmoid, x);
    case Activation::kSilu: return unary_value(Unary::kSilu, x);
  }
  return x;
}

const ActivationKernel kActivationRef = {"activation_f32_ref", 0, run, run_parametric};

}  // namespace inlay::kernels
