// Unicode normalization forms (UAX #15) that remember where each character came from.
//
//   std::vector<Mapped> out;
//   normalize(U"\u00e9", Form::kNfd, out);   // {'e', 0}, {U+0301, 1}
//
// The tables are of Unicode 9, and the alignment is that of the crate
// unicode-normalization-alignments
// 0.1.12: tokenizers derive token offsets from it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace inlay::unicode {

enum class Form : uint8_t { kNfc, kNfd, kNfkc, kNfkd };

// A character of a changed text. change 0: it stands for the next source character; 1: it was added
// behind it; -n: it stands for the next one and swallows n more.
struct Mapped {
  char32_t c;
  int32_t change;
};

// The canonical combining class; 0 for a starter.
uint8_t combining_class(char32_t c);

// The full decomposition of one character, at most 18 long, written to `out`; returns its length, 1
// when `c` decomposes to itself. Hangul included.
inline constexpr int kMaxDecomposition = 18;
int decompose(char32_t c, bool compatible, char32_t out[kMaxDecomposition]);

// The primary composite of a and b; 0 when there is none. Hangul included.
char32_t compose(char32_t a, char32_t b);

// Appends the normalized form of `text` to `out`.
void normalize(std::u32string_view text, Form form, std::vector<Mapped>& out);

}  // namespace inlay::unicode
