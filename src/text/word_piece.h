// WordPiece: a word becomes the longest token that it begins with, then the longest that its rest
// begins with, and so on; a rest that no token fits makes the whole word one unknown token.
//
// Source: Schuster and Nakajima 2012; the rules for limits and offsets are Hugging Face's.
#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "text/component.h"
#include "text/vocabulary.h"

namespace inlay::text {

struct WordPieceOptions {
  std::string unk_token = "[UNK]";
  std::string continuing_subword_prefix = "##";
  size_t max_input_chars_per_word = 100;  // a longer word is unknown
};

class WordPiece final : public Model {
 public:
  // Fails with kCorrupt when the unknown token is missing or two tokens have one id.
  static Result<std::unique_ptr<Model>> make(const WordPieceOptions& options,
                                             Vocabulary vocabulary);

  Status tokenize(std::string_view word, std::vector<ModelToken>& out) const override;
  std::optional<uint32_t> id(std::string_view token) const override {
    return vocabulary_.find(token);
  }
  std::optional<std::string_view> token(uint32_t id) const override {
    return vocabulary_.token(id);
  }
  void write(json::Writer& out) const override;
  size_t vocab_size() const override { return vocabulary_.size(); }
  std::optional<uint32_t> unknown_id() const override { return unk_id_; }
  std::string_view continuing_prefix() const override { return options_.continuing_subword_prefix; }
  const WordPiece* word_piece() const override { return this; }

  const Vocabulary& vocabulary() const { return vocabulary_; }
  uint32_t unk_id() const { return unk_id_; }
  size_t max_chars() const { return options_.max_input_chars_per_word; }

  // Calls emit(id, begin, end) for each token; false when a rest has none, after some calls. The
  // limit of characters is the caller's business.
  template <class Emit>
  bool cut(std::string_view word, Emit&& emit) const;
  // The same for a short word. Requires bytes > 0.
  template <class Emit>
  bool cut(ShortWord word, size_t bytes, Emit&& emit) const;

 private:
  // The token that a word goes on with, whose text without the prefix is `rest`; or kNone.
  uint32_t find_continuation(const ShortWord& rest, size_t bytes) const;

  WordPieceOptions options_;
  Vocabulary vocabulary_;
  uint32_t unk_id_ = 0;
  TokenHash prefix_hash_;
  ShortWord short_prefix_;  // where the prefix is one
};

template <class Emit>
bool WordPiece::cut(std::string_view word, Emit&& emit) const {
  constexpr size_t kOnStack = 256;
  uint64_t on_stack[kOnStack];
  std::unique_ptr<uint64_t[]> on_heap;
  uint64_t* hashes = on_stack;  // of the first 1, 2, … bytes of the rest
  const size_t longest = std::min(vocabulary_.longest_token_bytes(), word.size());
  if (longest > kOnStack) {
    on_heap = std::make_unique<uint64_t[]>(longest);
    hashes = on_heap.get();
  }
  for (size_t begin = 0; begin < word.size();) {
    const std::string_view prefix =
        begin > 0 ? options_.continuing_subword_prefix : std::string_view();
    size_t bytes = std::min(longest, word.size() - begin);
    TokenHash hash = begin > 0 ? prefix_hash_ : TokenHash();
    for (size_t i = 0; i < bytes; ++i) {
      hash.append(word[begin + i]);
      hashes[i] = hash.value();
    }
    // Tokens are well-formed UTF-8, so a match ends where a character ends.
    uint32_t id = Vocabulary::kNone;
    for (; bytes > 0; --bytes) {
      if (begin + bytes < word.size() && (word[begin + bytes] & 0xC0) == 0x80) continue;
      id = vocabulary_.find(hashes[bytes - 1], prefix, word.substr(begin, bytes));
      if (id != Vocabulary::kNone) break;
    }
    if (bytes == 0) return false;
    emit(id, begin, begin + bytes);
    begin += bytes;
  }
  return true;
}

template <class Emit>
bool WordPiece::cut(ShortWord word, size_t bytes, Emit&& emit) const {
  for (size_t begin = 0; begin < bytes;) {
    size_t length = std::min(vocabulary_.longest_token_bytes(), bytes - begin);
    uint32_t id = Vocabulary::kNone;
    for (; length > 0; --length) {
      const ShortWord piece = word.first(length);
      id = begin == 0 ? vocabulary_.find(piece, length) : find_continuation(piece, length);
      if (id != Vocabulary::kNone) break;
    }
    if (length == 0) return false;
    emit(id, begin, begin + length);
    begin += length;
    if (begin < bytes) word = word.behind(length);
  }
  return true;
}

// {"type": "WordPiece", "prefix": …, "cleanup": …}: the decoder that belongs to the model.
std::unique_ptr<Decoder> make_word_piece_decoder(std::string_view prefix, bool cleanup);

}  // namespace inlay::text
