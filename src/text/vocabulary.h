// Tokens and their ids, both ways: one block of text and one open-addressing table.
//
//   Vocabulary vocabulary;
//   vocabulary.reserve(30522, 231508);
//   vocabulary.add("[PAD]", 0); …
//   INLAY_TRY(vocabulary.finish());
//   vocabulary.find("[PAD]");   // 0
//
// Invariants:
//  1. The table has a power of two of slots, at least twice the tokens, and is probed linearly.
//  2. hash(ab) comes from hash(a) by the bytes of b, so that WordPiece hashes all prefixes of a word in
//     one pass and "##" once. A slot keeps 32 bits of the hash, and a hit compares the text.
//  3. Ids need not be dense: memory grows with the tokens, never with the largest id.
// After finish() nothing changes: safe for concurrent reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::text {

class Vocabulary {
 public:
  static constexpr uint64_t kHashSeed = 0x2545F4914F6CDD1D;
  static constexpr uint64_t hash(uint64_t before, unsigned char byte) {
    return (before ^ byte) * 0x9E3779B97F4A7C15;
  }
  static constexpr uint64_t hash(uint64_t before, std::string_view text) {
    for (const char c : text) before = hash(before, static_cast<unsigned char>(c));
    return before;
  }

  void reserve(size_t tokens, size_t text_bytes);
  // A token that is there already takes the new id.
  void add(std::string_view token, uint32_t id);
  // Makes ids findable. Fails with kCorrupt when two tokens have one id, naming them.
  Status finish();

  size_t size() const { return entries_.size(); }
  size_t longest_token_bytes() const { return longest_; }

  // The id of `token`, or none.
  std::optional<uint32_t> find(std::string_view token) const {
    const Entry* entry = look_up(hash(kHashSeed, token), {}, token);
    return entry ? std::optional<uint32_t>(entry->id) : std::nullopt;
  }
  // The id of prefix + rest, or kNone. Requires hash_of_both == hash(hash(kHashSeed, prefix), rest).
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t find(uint64_t hash_of_both, std::string_view prefix, std::string_view rest) const {
    const Entry* entry = look_up(hash_of_both, prefix, rest);
    return entry ? entry->id : kNone;
  }
  // The token of `id`, or none; lives as long as the Vocabulary.
  std::optional<std::string_view> token(uint32_t id) const;

 private:
  struct Entry {
    uint32_t begin, bytes;  // in text_
    uint32_t id;
  };
  struct Slot {
    uint32_t tag = 0;
    uint32_t entry = 0;  // index + 1; 0: free
  };
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 8); }
  std::string_view text_of(const Entry& e) const { return {text_.data() + e.begin, e.bytes}; }
  void rehash(size_t slots);
  void insert(uint64_t hash, uint32_t entry);

  const Entry* look_up(uint64_t hash, std::string_view prefix, std::string_view rest) const {
    if (slots_.empty()) return nullptr;
    const uint32_t tag = tag_of(hash);
    for (size_t i = hash >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
      const Slot slot = slots_[i];
      if (slot.entry == 0) return nullptr;
      if (slot.tag != tag) continue;
      const Entry& e = entries_[slot.entry - 1];
      if (e.bytes != prefix.size() + rest.size()) continue;
      const std::string_view text = text_of(e);
      if (text.substr(prefix.size()) == rest && text.starts_with(prefix)) return &e;
    }
  }

  std::string text_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::vector<uint32_t>
      by_id_;       // entries in the order of their ids; empty when that is their order
  int shift_ = 64;  // 64 - log2(slots)
  size_t longest_ = 0;
};

}  // namespace inlay::text
