// One stored element as a float.
#pragma once

#include <cstring>

#include "base/half.h"
#include "kernels/element.h"

namespace inlay::kernels {

inline float element_ref(const void* data, Element element, int64_t i) {
  if (element == Element::kF32) return static_cast<const float*>(data)[i];
  uint16_t bits;
  std::memcpy(&bits, static_cast<const char*>(data) + i * 2, sizeof bits);
  return element == Element::kF16 ? half_value(bits) : bfloat16_value(bits);
}

}  // namespace inlay::kernels
