// Tokens that stand for a byte: <0x00> to <0xFF>, as SentencePiece writes them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace inlay::text {

// 256 ids, Vocabulary::kNone where a byte has no token.
std::vector<uint32_t> ids_of_byte_tokens(const Vocabulary& vocabulary);

// The byte of "<0x41>" (letters of any case); none for any other token.
std::optional<uint8_t> byte_of_token(std::string_view token);

}  // namespace inlay::text
