// The clean-up of English that the decoders WordPiece and CTC share.
#pragma once

#include <string>

namespace inlay::text {

// Takes the spaces before punctuation and before abbreviated forms out.
void clean_up(std::string& token);

}  // namespace inlay::text
