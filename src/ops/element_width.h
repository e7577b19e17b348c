// Loops that only move elements: one for each width.
#pragma once

#include <cstdint>
#include <type_traits>

namespace inlay::ops {

struct Element16 {
  uint64_t words[2];
};

// visit(std::type_identity<T>()) for a T of 1, 2, 4, 8 or 16 bytes.
template <class Visit>
void for_width(int64_t bytes, const Visit& visit) {
  switch (bytes) {
    case 1: return visit(std::type_identity<uint8_t>());
    case 2: return visit(std::type_identity<uint16_t>());
    case 4: return visit(std::type_identity<uint32_t>());
    case 8: return visit(std::type_identity<uint64_t>());
    default: return visit(std::type_identity<Element16>());
  }
}

}  // namespace inlay::ops
