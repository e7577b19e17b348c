// Bytes to UTF-8, with U+FFFD for each longest stretch that begins a sequence and does not end it
// (Unicode Standard, section 3.9, "substitution of maximal subparts").
#pragma once

#include <string>
#include <string_view>

namespace inlay::text {

std::string lossy_utf8(std::string_view bytes);

}  // namespace inlay::text
