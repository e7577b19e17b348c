// Unigram behind SentencePiece's components in one pass.
//
// A text becomes normalized bytes in one buffer, in which a space stands for the visible one; words
// are cut there and searched for the best pieces without copies. A word that is a piece, and whose
// best way is that piece alone, costs one walk down the trie: the first search for it is
// remembered.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "text/charsmap.h"
#include "text/component.h"
#include "text/fused.h"
#include "text/metaspace.h"
#include "text/unigram.h"

namespace inlay::text {

// What the normalizers and pre-tokenizers of SentencePiece's models do, in this order.
struct UnigramRules {
  StripSides strip_first;
  const Charsmap* map = nullptr;  // null: characters stay as they are
  StripSides strip;
  bool joins_spaces = false;           // runs of them become one
  bool splits_at_white_space = false;  // and removes it, before Metaspace
  PrependScheme scheme = PrependScheme::kAlways;
};

class FusedUnigram final : public Fused {
 public:
  // What `parts` hold must outlive this.
  FusedUnigram(const UnigramRules& rules, const FusedParts& parts);

  Status ids(std::string_view text, size_t base, size_t limit,
             std::vector<int32_t>& out) const override;
  Status encode(std::string_view text, uint32_t base, FusedEncode& to) const override;

  // What becomes of an ASCII character that no mark follows.
  enum class Kind : uint8_t { kKeep, kSpace, kOther };
  Kind kind(char c) const { return kinds_[static_cast<unsigned char>(c)]; }
  // True when that is kSpace and kKeep from ' ' to '~'.
  bool keeps_visible() const { return keeps_visible_; }

  // True when the best way to cut the word that a piece spells is known to be that piece alone.
  bool is_alone(uint32_t id) const { return alone_[id].load(std::memory_order_relaxed); }
  void set_alone(uint32_t id) const { alone_[id].store(true, std::memory_order_relaxed); }

  const UnigramRules& rules() const { return rules_; }
  const Unigram& model() const { return model_; }
  uint32_t space_node() const { return space_node_; }

 private:
  template <class Sink>
  Status run(std::string_view text, size_t base, Sink& sink) const;
  // The components one behind the other, for the texts that the rules do not foresee.
  template <class Sink>
  Status run_general(std::string_view text, size_t base, Sink& sink) const;

  UnigramRules rules_;
  const Normalizer* normalizer_;
  const PreTokenizer& pre_tokenizer_;
  const Unigram& model_;
  Kind kinds_[256];
  bool keeps_visible_ = false;
  uint32_t space_node_ = PieceTrie::kNone;  // of the visible space
  std::unique_ptr<std::atomic<bool>[]> alone_;
};

}  // namespace inlay::text
