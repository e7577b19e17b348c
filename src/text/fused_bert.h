// BertNormalizer, BertPreTokenizer and WordPiece in one pass.
//
// Words of ASCII letters and digits, which are most, are cut out of the text by bit masks of 64
// bytes and looked up where they lie. In all others characters go into the word being built: ASCII
// by a table of 256 actions, the rest through the same steps a character at a time; the word is
// hashed while it is built, so that one that is a token costs one look-up.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/component.h"
#include "text/fused.h"
#include "text/word_piece.h"

namespace inlay::text {

class FusedBert final : public Fused {
 public:
  // `model` must outlive this.
  FusedBert(const BertFlags& flags, const WordPiece& model);

  Status ids(std::string_view text, size_t base, size_t limit,
             std::vector<int32_t>& out) const override;
  Status encode(std::string_view text, uint32_t base, FusedEncode& to) const override;

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
