// The vector kernels, on spans of equal length.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/dot.h"

namespace inlay::tasks {

inline float dot(std::span<const float> a, std::span<const float> b) {
  return kernels::dot(a.data(), b.data(), static_cast<int64_t>(a.size()));
}

// y += scale * x
inline void add_scaled(std::span<float> y, float scale, std::span<const float> x) {
  kernels::add_scaled(scale, x.data(), y.data(), static_cast<int64_t>(y.size()));
}

}  // namespace inlay::tasks
