// Decoding as ids come, one after the other: what a language model or a speech recogniser writes.
//
//   DecodeStream stream(tokenizer, true);
//   for (uint32_t id : ids) {
//     INLAY_ASSIGN(const std::string text, stream.push({&id, 1}));
//     show(text);                            // often "": the rest of a character is still to come
//   }
//   show(*stream.flush());                   // what was held back
//
// Texts are as Hugging Face's DecodeStream gives them: never a part of a character, and spaces
// between words as decoding all ids at once has them. For one thread at a time.
//
// A token's text may depend on the tokens before it, so a few tokens that were given already are
// decoded again with each new one: those since the last text but one.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace inlay::text {

class DecodeStream {
 public:
  DecodeStream(std::shared_ptr<const Tokenizer> tokenizer, bool skip_special)
      : tokenizer_(std::move(tokenizer)), skip_special_(skip_special) {}

  // The text that the ids add, "" while it is not certain. Fails with kInvalidArgument when text
  // that was given already would change; the stream is then as it was before.
  Result<std::string> push(std::span<const uint32_t> ids);
  // The text that was held back, with U+FFFD for what is no whole character. The stream is then
  // as new.
  Result<std::string> flush();
  void reset();

 private:
  Result<std::string> decode(std::span<const uint32_t> ids) const;

  std::shared_ptr<const Tokenizer> tokenizer_;
  bool skip_special_;
  std::vector<uint32_t> ids_;  // the last that gave text, and those behind it
  size_t given_ = 0;           // how many of ids_ have given their text
  std::string text_;           // of ids_[0, given_)
};

}  // namespace inlay::text
