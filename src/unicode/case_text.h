// Texts in lower or upper case, one character for one (Unicode's simple mappings), for whoever compares or shows
// words. Bytes that are no UTF-8 stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace inlay::unicode {

std::string lower_text(std::string_view text);
std::string upper_text(std::string_view text);

}  // namespace inlay::unicode
