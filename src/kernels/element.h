// How weights are stored; all arithmetic is in f32.
#pragma once

#include <stdint.h>

namespace inlay::kernels {

enum class Element : uint8_t { kF32, kF16, kBf16 };

}  // namespace inlay::kernels
