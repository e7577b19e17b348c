// SentencePiece's precompiled_charsmap: what a character, or a few, become.
//
// The format: the bytes of a double-array trie (u32, little-endian), the trie (32-bit units), then
// replacements that end with a byte 0. A value of the trie is where its replacement begins. Safe
// for concurrent reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::text {

class Charsmap {
 public:
  // Fails with kCorrupt for bytes that break the format.
  static Result<Charsmap> parse(std::string_view bytes);

  // What the shortest entry that `text` begins with becomes; none when there is none.
  std::optional<std::string_view> find(std::string_view text) const;

 private:
  std::vector<uint32_t> units_;
  std::string replacements_;
};

}  // namespace inlay::text
