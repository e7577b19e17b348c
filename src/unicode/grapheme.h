// Extended grapheme clusters (UAX #29), as unicode-segmentation 1.13.3 cuts them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace inlay::unicode {

// The length in bytes of the cluster that `text` begins with; 0 for an empty text. Requires
// well-formed UTF-8, and that `text` begins where a cluster begins.
size_t grapheme_length(std::string_view text);

// For each byte of well-formed `text`, whether a cluster begins there, as Oniguruma 6.9.10 has it:
// it does not know conjuncts (GB9c). One more at the end, which is true.
std::vector<bool> grapheme_begins(std::string_view text);

}  // namespace inlay::unicode
