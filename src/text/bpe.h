// Byte-pair encoding: a word becomes its characters, and then, again and again, the two neighbours
// whose merge has the lowest rank become one token, the leftmost first where ranks are equal.
//
// Source: Sennrich et al. 2016; the rules for unknown characters are Hugging Face's.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "text/component.h"
#include "text/merge_table.h"
#include "text/vocabulary.h"

namespace inlay::text {

struct BpeOptions {
  std::optional<std::string> unk_token = {};   // none: unknown characters vanish
  std::string continuing_subword_prefix = {};  // of tokens that do not begin a word
  std::string end_of_word_suffix = {};         // of tokens that end one
  bool fuse_unk = false;                       // neighbouring unknown characters are one token
  bool byte_fallback = false;                  // an unknown character becomes <0xNN> tokens
  bool ignore_merges = false;                  // a word that is a token is that token
};

// A token of a word that is being merged.
struct Symbol {
  uint32_t token = 0;
  uint32_t bytes = 0;
};

class Bpe final : public Model {
 public:
  using MergePair = std::pair<std::string_view, std::string_view>;
  // `merges` in the order of their ranks. Fails with kCorrupt when one names a token that is not
  // there.
  static Result<std::unique_ptr<Model>> make(const BpeOptions& options, Vocabulary vocabulary,
                                             const std::vector<MergePair>& merges);

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
  const Bpe* bpe() const override { return this; }

  const BpeOptions& options() const { return options_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const MergeTable& merges() const { return merges_; }
  // Merges the symbols of a word until nothing more merges.
  void merge(std::vector<Symbol>& symbols) const;

 private:
  Status add_symbols(std::string_view word, std::vector<Symbol>& symbols) const;
  uint32_t id_of_character(std::string_view character, bool is_first, bool is_last) const;
  bool add_bytes(std::string_view character, bool is_first, bool is_last,
                 std::vector<Symbol>& symbols) const;

  BpeOptions options_;
  Vocabulary vocabulary_;
  MergeTable merges_;
  std::optional<uint32_t> unk_id_;
  std::vector<uint32_t> byte_ids_;  // of <0x00> … <0xFF>, or kNone
  bool always_queue_ = false;       // a merge that adds no text: ranks of a place may change
};

// "a b" as a merge; none unless there is exactly one space.
std::optional<Bpe::MergePair> split_merge(std::string_view line);

}  // namespace inlay::text
