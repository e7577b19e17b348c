// What a code point is: punctuation, control, mark, white space, word character.
//
// The answers are those of the crates behind Hugging Face's tokenizers 0.23.3, which follow
// different Unicode versions (tools/unicode_tables names them): models were trained with these
// answers, so newer tables would change ids. Code points may be any value up to U+10FFFF.
#pragma once

#include <cstdint>

#include "unicode/gen/tables.h"

namespace inlay::unicode {

enum Property : uint8_t {
  kPunctuation = 1,     // ASCII punctuation, or general category P* (Unicode 8)
  kOther = 2,           // general category Cc, Cf or Co (Unicode 8); not unassigned ones
  kNonspacingMark = 4,  // general category Mn (Unicode 8)
  kWhiteSpace = 8,      // White_Space
  kWord = 16,           // \w of Rust's regex: alphabetic, M*, Nd, Pc, Join_Control
  kCombiningMark = 32,  // general category M* (Unicode 9)
  kPlainStarter = 64,   // combining class 0, and NFD leaves it alone (Unicode 9)
  kHasLower = 128,      // its lower case is something else
};

// The set of properties of `c`, a bit set of Property.
inline uint8_t properties(char32_t c) {
  constexpr uint32_t kMask = (1u << gen::kFlagsShift) - 1;
  const uint32_t block = gen::kFlagsIndex[c >> gen::kFlagsShift];
  return gen::kFlagsBlocks[block << gen::kFlagsShift | (c & kMask)];
}

inline bool has_property(char32_t c, uint8_t any_of) { return (properties(c) & any_of) != 0; }

}  // namespace inlay::unicode
