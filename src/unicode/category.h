// What regular expressions and their hand-written scanners ask about a character, as Oniguruma
// 6.9.10 (Unicode 16) answers; and which characters are numbers for Rust.
#pragma once

#include <cstdint>

#include "unicode/gen/tables.h"

namespace inlay::unicode {

enum Category : uint8_t {
  kLetter = 1,       // \p{L}
  kNumber = 2,       // \p{N}
  kSpace = 4,        // \s
  kMark = 8,         // \p{M}
  kUpper = 16,       // \p{Lu} or \p{Lt}
  kLower = 32,       // \p{Ll}
  kPunctuated = 64,  // \p{P}
  kSymbol = 128,     // \p{S}
};

// The set of categories of `c`, a bit set of Category.
inline uint8_t categories(char32_t c) {
  constexpr uint32_t kMask = (1u << gen::kCategoryShift) - 1;
  const uint32_t block = gen::kCategoryIndex[c >> gen::kCategoryShift];
  return gen::kCategoryBlocks[block << gen::kCategoryShift | (c & kMask)];
}

// General category N* of Rust's standard library (Unicode 17).
inline bool is_numeric(char32_t c) {
  constexpr uint32_t kMask = (1u << gen::kGraphemeShift) - 1, kNumeric = 32;
  const uint32_t block = gen::kGraphemeIndex[c >> gen::kGraphemeShift];
  return (gen::kGraphemeBlocks[block << gen::kGraphemeShift | (c & kMask)] & kNumeric) != 0;
}

// The script of `c` as SentencePiece groups them, any number; kNoScript joins every script.
inline constexpr uint8_t kNoScript = 0;
inline uint8_t script(char32_t c) {
  constexpr uint32_t kMask = (1u << gen::kScriptShift) - 1;
  const uint32_t block = gen::kScriptIndex[c >> gen::kScriptShift];
  return gen::kScriptBlocks[block << gen::kScriptShift | (c & kMask)];
}

}  // namespace inlay::unicode
