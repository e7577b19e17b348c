// BertNormalizer, BertPreTokenizer and WordPiece in one pass, for throughput.
//
// The general way makes a normalized copy of the text with an origin for each byte, cuts it into
// pieces and asks the model for each. Here characters go straight from the text into the word being
// built: ASCII by a table of 256 actions, the rest through the same steps a character at a time. A
// word is hashed while it is built, so that one that is a token costs one look-up. The result is
// the same; tests hold the general way against this one.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "text/component.h"
#include "text/word_piece.h"

namespace inlay::text {

class FusedBert {
 public:
  // `model` must outlive this.
  FusedBert(const BertFlags& flags, const WordPiece& model);

  // All functions require well-formed UTF-8 without added tokens.

  // Appends ids until the text ends or `out` holds more than `limit`.
  void ids(std::string_view text, size_t limit, std::vector<int32_t>& out) const;
  // Appends tokens with offsets from `base` on and word ids from `word` on, which counts up.
  void encode(std::string_view text, uint32_t base, uint32_t type_id, int32_t& word,
              Encoding& out) const;

  // What becomes of a byte of text.
  enum class Kind : uint8_t { kAppend, kEndWord, kPunctuation, kRemove, kNotAscii };
  struct Tables {
    Kind kind[256];
    char lower[128];      // what kAppend appends
    uint32_t token[128];  // of kPunctuation
  };
  const Tables& tables() const { return tables_; }
  const BertFlags& flags() const { return flags_; }
  const WordPiece& model() const { return model_; }

 private:
  BertFlags flags_;
  const WordPiece& model_;
  Tables tables_;
};

}  // namespace inlay::text
