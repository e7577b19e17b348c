// The activations of recurrent operators.
#include <algorithm>
#include <cmath>

#include "kernels/activation.h"
#include "ops/recurrent.h"

namespace inlay::ops {
namespace {

constexpr NamedActivation kActivations[] = {
    {"relu", GateActivation::kRelu, false, false, 0, 0},
    {"tanh", GateActivation::kTanh, false, false, 0, 0},
    {"sigmoid", GateActivation::kSigmoid, false, false, 0, 0},
    {"affine", GateActivation::kAffine, true, true, 1, 0},
    {"leakyrelu", GateActivation::kLeakyRelu, true, false, 0.01f, 0},
    {"thresholdedrelu", GateActivation::kThresholdedRelu, true, false, 1, 0},
    {"scaledtanh", GateActivation::kScaledTanh, true, true, 1, 1},
    {"hardsigmoid", GateActivation::kHardSigmoid, true, true, 0.2f, 0.5f},
    {"elu", GateActivation::kElu, true, false, 1, 0},
    {"softsign", GateActivation::kSoftsign, false, false, 0, 0},
    {"softplus", GateActivation::kSoftplus, false, false, 0, 0},
};

template <class T>
T activate(const GateFunction& f, T x) {
  const T alpha = static_cast<T>(f.alpha), beta = static_cast<T>(f.beta);
  switch (f.kind) {
    case GateActivation::kRelu: return x > 0 ? x : T{0};
    case GateActivation::kTanh: return std::tanh(x);
    case GateActivation::kSigmoid: return 1 / (1 + std::exp(-x));
    case GateActivation::kAffine: return alpha * x + beta;
    case GateActivation::kLeakyRelu: return x >= 0 ? x : alpha * x;
    case GateActivation::kThresholdedRelu: return x >= alpha ? x : T{0};
    case GateActivation::kScaledTanh: return alpha * std::tanh(beta * x);
    case GateActivation::kHardSigmoid: return std::clamp<T>(alpha * x + beta, 0, 1);
    case GateActivation::kElu: return x >= 0 ? x : alpha * (std::exp(x) - 1);
    case GateActivation::kSoftsign: return x / (1 + std::abs(x));
    case GateActivation::kSoftplus: break;
  }
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

template <class T>
void clip_gate(float clip, T* x, int64_t n) {
  if (!std::isfinite(clip)) return;
  for (int64_t i = 0; i < n; ++i)
    x[i] = std::clamp(x[i], static_cast<T>(-clip), static_cast<T>(clip));
}

}  // namespace

const NamedActivation* find_gate_activation(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
  for (const NamedActivation& activation : kActivations)
    if (activation.name == lower) return &activation;
  return nullptr;
}

void apply_gate(const GateFunction& f, float clip, float* x, int64_t n) {
  clip_gate(clip, x, n);
  switch (f.kind) {
    case GateActivation::kRelu: return kernels::unary(kernels::Unary::kRelu, x, x, n);
    case GateActivation::kTanh: return kernels::unary(kernels::Unary::kTanh, x, x, n);
    case GateActivation::kSigmoid: return kernels::unary(kernels::Unary::kSigmoid, x, x, n);
    default:
      for (int64_t i = 0; i < n; ++i) x[i] = activate(f, x[i]);
  }
}

void apply_gate(const GateFunction& f, float clip, double* x, int64_t n) {
  clip_gate(clip, x, n);
  for (int64_t i = 0; i < n; ++i) x[i] = activate(f, x[i]);
}

}  // namespace inlay::ops
