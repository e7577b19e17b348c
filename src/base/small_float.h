// Floats of 8 and 4 bits as storage: arithmetic happens in float.
//
//   small_float_bits(0.3f, kFloat8e4m3fn, true)   // 0x2A
//   small_float_value(0x2A, kFloat8e4m3fn)        // 0.3125
//
// Sources: Micikevicius et al., "FP8 Formats for Deep Learning" (e4m3fn, e5m2); Noune et al., "8-bit
// Numerical Formats for Deep Neural Networks" (…fnuz); OCP Microscaling Formats 1.0 (e2m1, e8m0).
#pragma once

#include <bit>
#include <cstdint>

namespace inlay {

// Sign, exponent, mantissa. fn: no infinity; uz: no negative zero, whose code is the NaN.
struct SmallFloatFormat {
  int mantissa_bits;
  int bias;
  uint8_t sign;      // its bit
  uint8_t largest;   // the code of the largest finite number
  uint8_t infinity;  // 0: none
  uint8_t nan;       // 0: none
  bool has_two_zeros;
};

inline constexpr SmallFloatFormat kFloat8e4m3fn{3, 7, 0x80, 0x7E, 0, 0x7F, true};
inline constexpr SmallFloatFormat kFloat8e4m3fnuz{3, 8, 0x80, 0x7F, 0, 0x80, false};
inline constexpr SmallFloatFormat kFloat8e5m2{2, 15, 0x80, 0x7B, 0x7C, 0x7E, true};
inline constexpr SmallFloatFormat kFloat8e5m2fnuz{2, 16, 0x80, 0x7F, 0, 0x80, false};
inline constexpr SmallFloatFormat kFloat4e2m1{1, 1, 0x08, 0x07, 0, 0, true};

// |value| rounded to the nearest code, ties to even; more than `largest` where it is too large.
constexpr int small_float_code(uint32_t magnitude, const SmallFloatFormat& format) {
  constexpr uint32_t kInfinity = 0x7F800000, kHidden = 1u << 23;
  constexpr int kTooLarge = 0x1000;
  if (magnitude >= kInfinity) return kTooLarge;
  const int exponent = static_cast<int>(magnitude >> 23) - 127, lowest = 1 - format.bias;
  const int below = exponent < lowest ? lowest - exponent : 0;
  const int shift = 23 - format.mantissa_bits + below;
  if (shift > 24) return 0;
  const uint32_t mantissa = (magnitude & (kHidden - 1)) | kHidden;
  const uint32_t kept = mantissa >> shift;
  const uint32_t rest = mantissa & ((1u << shift) - 1), middle = 1u << (shift - 1);
  const bool up = rest > middle || (rest == middle && (kept & 1));
  // The hidden bit of a normal number carries into its exponent.
  const int base = below > 0 ? 0 : (exponent - lowest) << format.mantissa_bits;
  return base + static_cast<int>(kept) + (up ? 1 : 0);
}

// Too large becomes `largest` when `saturate`, or where there is nothing else; else infinity or NaN. A format
// without NaN makes -0 of it.
constexpr uint8_t small_float_bits(float value, const SmallFloatFormat& format, bool saturate) {
  const uint32_t bits = std::bit_cast<uint32_t>(value), magnitude = bits & 0x7FFFFFFF;
  const uint8_t sign = bits >> 31 ? format.sign : 0;
  const auto signed_code = [&](int code) { return static_cast<uint8_t>(sign | code); };
  const uint8_t nan = format.has_two_zeros ? signed_code(format.nan) : format.nan;
  if (magnitude > 0x7F800000) return format.nan ? nan : format.sign;
  const int code = small_float_code(magnitude, format);
  if (code > format.largest) {
    if (saturate || !format.nan) return signed_code(format.largest);
    return format.infinity ? signed_code(format.infinity) : nan;
  }
  return code == 0 && !format.has_two_zeros ? uint8_t{0} : signed_code(code);
}

constexpr float small_float_value(uint8_t bits, const SmallFloatFormat& format) {
  const auto power_of_two = [](int exponent) {
    return std::bit_cast<float>(static_cast<uint32_t>(exponent + 127) << 23);
  };
  const bool negative = (bits & format.sign) != 0;
  const int code = bits & (format.sign - 1), mantissa = code & ((1 << format.mantissa_bits) - 1);
  const int last = format.infinity ? format.infinity : format.largest;
  if (code > last || (!format.has_two_zeros && bits == format.nan)) return __builtin_nanf("");
  float magnitude = __builtin_inff();
  if (const int exponent = code >> format.mantissa_bits; exponent == 0)
    magnitude = static_cast<float>(mantissa) * power_of_two(1 - format.bias - format.mantissa_bits);
  else if (!format.infinity || code < format.infinity)
    magnitude = static_cast<float>(mantissa + (1 << format.mantissa_bits)) *
                power_of_two(exponent - format.bias - format.mantissa_bits);
  return negative ? -magnitude : magnitude;
}

// Powers of two from 2^-127 to 2^127, no zero and no sign; 0xFF is NaN.
enum class E8m0Rounding : uint8_t { kUp, kDown, kNearest };

constexpr float e8m0_value(uint8_t bits) {
  if (bits == 0xFF) return __builtin_nanf("");
  return std::bit_cast<float>(bits == 0 ? uint32_t{1} << 22 : static_cast<uint32_t>(bits) << 23);
}

// |value|. Ties go up. What is out of range becomes the end of the range when `saturate`, else NaN.
constexpr uint8_t e8m0_bits(float value, bool saturate, E8m0Rounding rounding) {
  constexpr uint32_t kInfinity = 0x7F800000, kSmallest = 1u << 22, kNan = 0xFF, kLargest = 0xFE;
  const uint32_t magnitude = std::bit_cast<uint32_t>(value) & 0x7FFFFFFF;
  if (magnitude > kInfinity) return kNan;
  if (magnitude < kSmallest) return saturate ? 0 : kNan;
  // A subnormal float has its mantissa's highest bit where a normal one has it hidden.
  const uint32_t exponent = magnitude >> 23, fraction = magnitude & 0x7FFFFF;
  const uint32_t above = exponent == 0 ? fraction - kSmallest : fraction;
  const uint32_t middle = exponent == 0 ? kSmallest / 2 : kSmallest;
  const bool up = rounding == E8m0Rounding::kUp
                      ? above > 0
                      : rounding == E8m0Rounding::kNearest && above >= middle;
  const uint32_t code = exponent + (up ? 1 : 0);
  if (code <= kLargest) return static_cast<uint8_t>(code);
  return saturate ? kLargest : kNan;
}

}  // namespace inlay
