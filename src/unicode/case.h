// Lower case of a code point, as Rust's char::to_lowercase has it: no context, no language.
#pragma once

#include "unicode/gen/tables.h"

namespace inlay::unicode {

// U+0130 (İ) is the only code point whose lower case is two: i and U+0307.
inline constexpr char32_t kDottedCapitalI = 0x130;
inline constexpr char32_t kCombiningDotAbove = 0x307;

// The lower case of `c`, or `c`; of kDottedCapitalI only its first character, 'i'.
inline char32_t to_lower(char32_t c) {
  if (c == kDottedCapitalI) return U'i';
  constexpr uint32_t kMask = (1u << gen::kLowerShift) - 1;
  const uint32_t block = gen::kLowerIndex[c >> gen::kLowerShift];
  const uint8_t delta = gen::kLowerBlocks[block << gen::kLowerShift | (c & kMask)];
  return static_cast<char32_t>(static_cast<int32_t>(c) + gen::kLowerDelta[delta]);
}

}  // namespace inlay::unicode
