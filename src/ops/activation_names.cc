#include "ops/activation_names.h"

namespace inlay::ops {
namespace {

using kernels::Activation;

struct NamedActivation {
  std::string_view name;
  Activation activation;
};
constexpr NamedActivation kActivations[] = {
    {"", Activation::kNone},        {"relu", Activation::kRelu},
    {"gelu", Activation::kGeluErf}, {"gelu_tanh", Activation::kGeluTanh},
    {"tanh", Activation::kTanh},    {"sigmoid", Activation::kSigmoid},
    {"silu", Activation::kSilu},
};

}  // namespace

std::optional<Activation> find_activation(std::string_view name) {
  for (const NamedActivation& named : kActivations)
    if (named.name == name) return named.activation;
  return {};
}

}  // namespace inlay::ops
