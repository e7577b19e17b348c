// UTF-8 validation that runs over ASCII eight bytes at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/utf8.h"

namespace inlay::text {

// The offset of the first byte that is not part of a well-formed sequence, or npos.
inline size_t find_utf8_error(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t i = 0;
  while (i < text.size()) {
    uint64_t eight = kHighBits;
    if (text.size() - i >= 8) std::memcpy(&eight, text.data() + i, 8);
    if ((eight & kHighBits) == 0) {
      i += 8;
      continue;
    }
    const size_t length = utf8_sequence_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace inlay::text
