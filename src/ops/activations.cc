#include "ops/activations.h"

namespace inlay::ops {
namespace {

using kernels::Activation;
using kernels::Unary;

struct NamedActivation {
  std::string_view name;
  Activation activation;
  Unary unary;
};
constexpr NamedActivation kActivations[] = {
    {"relu", Activation::kRelu, Unary::kRelu},
    {"gelu", Activation::kGeluErf, Unary::kGeluErf},
    {"gelu_tanh", Activation::kGeluTanh, Unary::kGeluTanh},
    {"tanh", Activation::kTanh, Unary::kTanh},
    {"sigmoid", Activation::kSigmoid, Unary::kSigmoid},
    {"silu", Activation::kSilu, Unary::kSilu},
};

}  // namespace

std::optional<Activation> find_activation(std::string_view name) {
  if (name.empty()) return Activation::kNone;
  for (const NamedActivation& named : kActivations)
    if (named.name == name) return named.activation;
  return {};
}

void activate(Activation activation, float* y, int64_t n) {
  for (const NamedActivation& named : kActivations)
    if (named.activation == activation) kernels::unary(named.unary, y, y, n);
}

}  // namespace inlay::ops
