// Unigram: of all ways to cut a text into pieces, the one whose scores have the largest sum.
//
// Source: Kudo 2018; the search, its ties and what becomes of unknown characters are Hugging
// Face's.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "text/component.h"
#include "text/piece_trie.h"
#include "text/vocabulary.h"

namespace inlay::text {

struct UnigramPiece {
  std::string_view text;
  double score = 0;  // the logarithm of a probability
};

class Unigram final : public Model {
 public:
  // A piece's id is its place. Fails with kCorrupt when unk_id is not below their number or a score
  // is NaN.
  static Result<std::unique_ptr<Model>> make(const std::vector<UnigramPiece>& pieces,
                                             std::optional<uint32_t> unk_id, bool byte_fallback);

  Status tokenize(std::string_view word, std::vector<ModelToken>& out) const override;
  std::optional<uint32_t> id(std::string_view token) const override { return ids_.find(token); }
  std::optional<std::string_view> token(uint32_t id) const override;
  void write(json::Writer& out) const override;
  size_t vocab_size() const override { return begins_.size() - 1; }
  // Unknown text is shown as it is.
  std::string_view shown(uint32_t id, std::string_view stretch) const override {
    return id == unk_id_ ? stretch : Model::shown(id, stretch);
  }
  std::optional<uint32_t> unknown_id() const override { return unk_id_; }
  const Unigram* unigram() const override { return this; }

  // What a search for the best way asks about.
  const PieceTrie& trie() const { return trie_; }
  double score(uint32_t id) const { return scores_[id]; }
  std::optional<uint32_t> unk_id() const { return unk_id_; }

 private:
  // The end of a best way to cut a text up to some place.
  struct Step {
    double score = 0;
    uint32_t begin = UINT32_MAX;  // of the last piece; UINT32_MAX: nothing ends here
    uint32_t id = 0;
  };
  Status search(std::string_view word, std::vector<Step>& steps) const;
  bool push_bytes(std::string_view piece, uint32_t begin, uint32_t end,
                  std::vector<ModelToken>& out) const;

  std::string texts_;             // of all pieces, one behind the other
  std::vector<uint32_t> begins_;  // of the pieces in texts_, and its end
  std::vector<double> scores_;
  Vocabulary ids_;  // of two equal pieces the last
  PieceTrie trie_;
  std::vector<uint32_t> byte_ids_;  // of <0x00> …; empty: no byte fallback
  std::optional<uint32_t> unk_id_;
  double unk_score_ = 0;
  bool byte_fallback_ = false;  // asked for, whether or not there are such tokens
};

}  // namespace inlay::text
