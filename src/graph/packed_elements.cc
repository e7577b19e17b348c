#include "graph/packed_elements.h"

#include <algorithm>

namespace inlay::graph {
namespace {

constexpr int64_t kByteBits = 8;

bool is_signed(DType dtype) { return dtype == DType::kInt4 || dtype == DType::kInt2; }

}  // namespace

bool is_packed(DType dtype) {
  const int64_t bits = dtype_bits(dtype);
  return bits > 0 && bits < kByteBits;
}

int64_t packed_bytes(DType dtype, int64_t count) {
  if (!is_packed(dtype)) return count * dtype_bytes(dtype);
  const int64_t in_a_byte = kByteBits / dtype_bits(dtype);
  return count / in_a_byte + (count % in_a_byte != 0 ? 1 : 0);
}

uint8_t element_of_bits(DType dtype, uint8_t bits) {
  const int unused = static_cast<int>(kByteBits - dtype_bits(dtype));
  const auto high = static_cast<uint8_t>(bits << unused);
  if (is_signed(dtype)) return static_cast<uint8_t>(static_cast<int8_t>(high) >> unused);
  return static_cast<uint8_t>(high >> unused);
}

void unpack_elements(DType dtype, std::span<const std::byte> packed,
                     std::span<std::byte> elements) {
  const auto bits = static_cast<size_t>(dtype_bits(dtype)), in_a_byte = kByteBits / bits;
  for (size_t i = 0; i < elements.size(); ++i) {
    const auto byte = static_cast<uint8_t>(packed[i / in_a_byte]);
    const auto low = static_cast<uint8_t>(byte >> i % in_a_byte * bits);
    elements[i] = static_cast<std::byte>(element_of_bits(dtype, low));
  }
}

void pack_elements(DType dtype, std::span<const std::byte> elements, std::span<std::byte> packed) {
  const auto bits = static_cast<size_t>(dtype_bits(dtype)), in_a_byte = kByteBits / bits;
  const auto mask = static_cast<std::byte>((1u << bits) - 1);
  std::fill(packed.begin(), packed.end(), std::byte{0});
  for (size_t i = 0; i < elements.size(); ++i)
    packed[i / in_a_byte] |= (elements[i] & mask) << i % in_a_byte * bits;
}

}  // namespace inlay::graph
