// Bytes to UTF-8, with U+FFFD for each longest stretch that begins a sequence and does not end it
// (Unicode Standard, section 3.9, "substitution of maximal subparts").
#pragma once

#include <string>
#include <string_view>

namespace inlay::text {

std::string lossy_utf8(std::string_view bytes);

// The length of the stretch that one U+FFFD stands for, at least 1. Requires text that is not empty
// and does not begin with a well-formed sequence.
size_t maximal_subpart(std::string_view text);

}  // namespace inlay::text
