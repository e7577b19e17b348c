// One pass over a text instead of a chain of components, for throughput.
//
// The general way makes a normalized copy of the text with an origin for each byte, cuts it into
// pieces and asks the model for each. A fused way does the same for one well-known combination of
// components without copies, and gives the same result; tests hold the general way against it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "text/added_tokens.h"
#include "text/component.h"
#include "text/post_processing.h"

namespace inlay::text {

// What a fused way appends tokens with offsets to.
struct FusedEncode {
  enum class WhiteSpace : uint8_t {
    kKept,    // offsets are the tokens' own
    kNoted,   // the same, with Encoding::spaces
    kTrimmed  // taken out of the offsets
  };
  Encoding& out;          // ids, offsets and word_ids are set; other columns are the caller's
  std::string_view text;  // what offsets are into: pieces are parts of it
  WhiteSpace white_space = WhiteSpace::kKept;
  bool keeps_added_space = false;  // trimmed, a token at the begin keeps one space
  size_t limit = SIZE_MAX;         // of out: what comes behind the first beyond it may be left out
  int32_t word = 0;                // the next word id; counts up
  size_t begin = out.size();       // where the text's tokens begin

  // Does to the offset of token `index` of `out` what becomes of its white space.
  void treat(Offset& offset, Spaces spaces, size_t index) {
    if (white_space != WhiteSpace::kTrimmed) return note(spaces);
    const bool is_first = index == begin || offset.begin == 0;
    trim_offset(offset, spaces, text, is_first && keeps_added_space);
  }

 private:
  void note(Spaces spaces);
};

// Does not change after it is made; may be used by many threads. Texts are well-formed UTF-8
// without added tokens, and begin at byte `base` of what the caller was given.
class Fused {
 public:
  virtual ~Fused();
  // Appends ids until the text ends or `out` holds more than `limit`.
  virtual Status ids(std::string_view text, size_t base, size_t limit,
                     std::vector<int32_t>& out) const = 0;
  virtual Status encode(std::string_view text, uint32_t base, FusedEncode& to) const = 0;
};

// What a tokenizer is made of; null where it has no such component. All must outlive what is made.
struct FusedParts {
  const Normalizer* normalizer = nullptr;
  const PreTokenizer* pre_tokenizer = nullptr;
  const Model* model = nullptr;
  const AddedTokens* added = nullptr;
  bool trims_offsets = false;
};

// Null when there is no fused way for these components.
std::unique_ptr<Fused> make_fused(const FusedParts& parts);

// Of each combination, the same: in fused_<name>.cc.
std::unique_ptr<Fused> make_fused_bert(const FusedParts& parts);
std::unique_ptr<Fused> make_fused_bpe(const FusedParts& parts);
std::unique_ptr<Fused> make_fused_unigram(const FusedParts& parts);

}  // namespace inlay::text
