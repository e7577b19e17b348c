// Byte-level BPE in one pass: GPT-2, RoBERTa, Whisper, Llama 3, Qwen, o200k, DeepSeek.
//
// A scanner cuts the text's own bytes into words, a cache knows the tokens of most words, and only
// what it does not know is merged. The byte alphabet of the vocabulary is seen when the tokenizer
// is made, and for whole words that count as tokens (ignore_merges). Where a normalizer changes the
// text, and where a space is put before it, the same runs over the changed text with its origins.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/bpe.h"
#include "text/fused.h"
#include "text/scanners.h"
#include "text/word_cache.h"

namespace inlay::text {

// What one call works with: borrowed, so that words stay known from call to call.
struct BpeWorkspace {
  WordCache words;
  LongWordCache long_words;
  std::vector<Symbol> symbols;
  std::string spelled;  // a word in the byte alphabet
};

// Workspaces that are not in use. Threads take one each; as many are kept as worked at once, at
// most kMost.
class BpeWorkspaces {
 public:
  BpeWorkspaces() = default;
  ~BpeWorkspaces();
  BpeWorkspaces(const BpeWorkspaces&) = delete;
  BpeWorkspaces& operator=(const BpeWorkspaces&) = delete;

  std::unique_ptr<BpeWorkspace> take();
  void give_back(std::unique_ptr<BpeWorkspace> workspace);

 private:
  static constexpr size_t kMost = 32;
  std::atomic<BpeWorkspace*> free_[kMost] = {};
};

class FusedBpe final : public Fused {
 public:
  struct Parts {
    const Normalizer* normalizer;          // may be null
    std::vector<const Scanner*> scanners;  // each cuts the pieces of the one before it
    bool add_prefix_space;
    const Bpe* bpe;
    const AddedTokens* added;
    uint32_t byte_tokens[256];
  };
  // All of `parts` must outlive this.
  explicit FusedBpe(Parts parts) : parts_(std::move(parts)) {}

  Status ids(std::string_view text, size_t base, size_t limit,
             std::vector<int32_t>& out) const override;
  Status encode(std::string_view text, uint32_t base, FusedEncode& to) const override;

  const Parts& parts() const { return parts_; }

 private:
  template <class Sink>
  Status run(std::string_view text, uint32_t base, Sink& sink) const;

  Parts parts_;
  mutable BpeWorkspaces workspaces_;
};

}  // namespace inlay::text
