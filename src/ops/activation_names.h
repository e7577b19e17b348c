// Activations as attributes of the domain "inlay" name them.
#pragma once

#include <optional>
#include <string_view>

#include "kernels/activation.h"

namespace inlay::ops {

// "" is none.
std::optional<kernels::Activation> find_activation(std::string_view name);

}  // namespace inlay::ops
