// Stretches of a text that a pattern matched, and the stretches between them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/utf8.h"

namespace inlay::text {

// A stretch of a text that a pattern matched, or one between two matches. A match may be empty.
struct Match {
  uint32_t begin = 0;  // bytes of the text
  uint32_t end = 0;
  bool is_match = false;
};

// Calls visit(c, begin, end) for each character of well-formed text.
template <class Visit>
void for_each_character(std::string_view text, Visit&& visit) {
  for (uint32_t i = 0; i < text.size();) {
    const auto length = static_cast<uint32_t>(utf8_sequence_length(text.substr(i)));
    visit(utf8_decode(text.substr(i), length), i, i + length);
    i += length;
  }
}

// The character that ends at `end` of well-formed text. Requires end > 0.
inline char32_t character_before(std::string_view text, size_t end) {
  size_t begin = end - 1;
  while (begin > 0 && (text[begin] & 0xC0) == 0x80) --begin;
  return utf8_decode(text.substr(begin), end - begin);
}

// The character at `begin` of well-formed text. Requires begin < text.size().
inline char32_t character_at(std::string_view text, size_t begin) {
  return utf8_decode(text.substr(begin), utf8_sequence_length(text.substr(begin)));
}

inline size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

}  // namespace inlay::text
