// Replacing text, from left to right, without looking at what was put in.
#pragma once

#include <string>
#include <string_view>

namespace inlay::text {

// An empty `from` is found before every character and at the end. Requires well-formed UTF-8.
void replace_all(std::string& text, std::string_view from, std::string_view to);

}  // namespace inlay::text
