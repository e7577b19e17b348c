// Activations that products apply to their results, by the names that rewrites give them.
#pragma once

#include <optional>
#include <string_view>

#include "kernels/activation.h"

namespace inlay::ops {

// "", "relu", "gelu", "gelu_tanh", "tanh", "sigmoid", "silu".
std::optional<kernels::Activation> find_activation(std::string_view name);
// In place; does nothing for kNone.
void activate(kernels::Activation activation, float* y, int64_t n);

}  // namespace inlay::ops
