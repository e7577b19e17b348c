// How far a run of ASCII characters of one kind goes, eight bytes a step.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace inlay::text {

// The characters from kFirst to kLast, and with kBothCases those that are 0x20 below them.
template <unsigned char kFirst, unsigned char kLast, bool kBothCases>
struct AsciiRange {
  static constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x80 * kOnes;

  static bool has(char c) {
    const auto byte = static_cast<unsigned char>(kBothCases ? c | 0x20 : c);
    return byte >= kFirst && byte <= kLast;
  }
  // The high bit of each of eight bytes that is not in the range.
  static uint64_t outside(uint64_t eight) {
    const uint64_t folded = kBothCases ? eight | 0x20 * kOnes : eight;
    // Sums of seven bits stay within their byte.
    const uint64_t low = folded & ~kHighs;
    const uint64_t from_first = low + (0x80 - kFirst) * kOnes,
                   behind = low + (0x7F - kLast) * kOnes;
    return (~from_first | behind | eight) & kHighs;
  }
};

using AsciiLetters = AsciiRange<'a', 'z', true>;
using AsciiLower = AsciiRange<'a', 'z', false>;
using AsciiUpper = AsciiRange<'A', 'Z', false>;

// The end of the run of characters in `Range` from `at` on. Requires at <= text.size().
template <class Range>
size_t end_of_run(std::string_view text, size_t at) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; text.size() - at >= 8; at += 8) {
      uint64_t eight;
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if (const uint64_t outside = Range::outside(eight)) {
        return at + static_cast<size_t>(std::countr_zero(outside)) / 8;
      }
    }
  }
  while (at < text.size() && Range::has(text[at])) ++at;
  return at;
}

}  // namespace inlay::text
