// UTF-8 text on a terminal: code points, and how many columns they take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

struct CodePoint {
  uint32_t value;  // U+FFFD when not valid
  size_t bytes;    // how many bytes of the text it takes, at least 1
  bool valid;
};

// The first code point of `text`. Requires that it is not empty.
CodePoint next_code_point(std::string_view text);

// The columns that a terminal gives one code point: 0 for combining marks, 2 for wide East Asian
// characters and emoji, else 1. Source: the ranges W and F of Unicode's EastAsianWidth.txt, coarsened.
int code_point_columns(uint32_t code_point);

// `text` with control characters and invalid bytes as U+FFFD, so that it stays on its line and cannot
// steer the terminal.
std::string printable(std::string_view text);

int text_columns(std::string_view text);

// `text`, cut with "…" to at most `columns` columns. Requires columns >= 1.
std::string fit_columns(std::string_view text, int columns);

}  // namespace cli
