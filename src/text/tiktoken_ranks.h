// A tiktoken file: a token's bytes in base64, a space and its rank, a line each.
//
// A token's rank is its id. Of all neighbours that together are a token, those of the lowest rank
// are merged first; so there is no list of merges.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::text {

struct RankedToken {
  std::string text;  // in GPT-2's alphabet (byte_alphabet.h)
  uint32_t rank = 0;
};

// In the order of the ranks. Fails with kCorrupt for a line that is none, naming it, and when a
// byte has no token.
Result<std::vector<RankedToken>> parse_ranks(std::string_view text);

}  // namespace inlay::text
