// float16 and bfloat16 as storage: arithmetic happens in float.
#pragma once

#include <bit>
#include <cstdint>

namespace inlay {

// IEEE 754 binary16 bits of a float, rounded to the nearest, ties to even; too large becomes
// infinite.
constexpr uint16_t half_bits(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  const uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return static_cast<uint16_t>(sign | 0x7E00);
  if (magnitude >= 0x477FF000) return static_cast<uint16_t>(sign | 0x7C00);
  if (magnitude < 0x33000000) return sign;
  // Subnormal results lose more of the mantissa: `shift` bits are rounded away.
  const int exponent = static_cast<int>(magnitude >> 23) - 127;
  const uint32_t mantissa = (magnitude & 0x7FFFFF) | 0x800000;
  const int shift = exponent < -14 ? -1 - exponent : 13;
  const uint32_t kept = mantissa >> shift;
  const uint32_t rest = mantissa & ((1u << shift) - 1), middle = 1u << (shift - 1);
  const uint32_t rounded = kept + (rest > middle || (rest == middle && (kept & 1)) ? 1 : 0);
  // The hidden bit of a normal number carries into its exponent.
  const uint32_t base = exponent < -14 ? 0 : static_cast<uint32_t>(exponent + 14) << 10;
  return static_cast<uint16_t>(sign | (base + rounded));
}

constexpr float half_value(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  const uint32_t exponent = bits >> 10 & 31, mantissa = bits & 1023;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000 | mantissa << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
  const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
  return sign ? -magnitude : magnitude;
}

// The upper half of a float's bits, rounded in the same way.
constexpr uint16_t bfloat16_bits(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

constexpr float bfloat16_value(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

struct Half {
  uint16_t bits = 0;
  constexpr Half() = default;
  constexpr Half(float value) : bits(half_bits(value)) {}        // NOLINT: implicit on purpose
  constexpr operator float() const { return half_value(bits); }  // NOLINT
};

struct Bfloat16 {
  uint16_t bits = 0;
  constexpr Bfloat16() = default;
  constexpr Bfloat16(float value) : bits(bfloat16_bits(value)) {}    // NOLINT: implicit on purpose
  constexpr operator float() const { return bfloat16_value(bits); }  // NOLINT
};

}  // namespace inlay
