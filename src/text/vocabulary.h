// Tokens and their ids, both ways: one block of records and one open-addressing table.
//
//   Vocabulary vocabulary;
//   vocabulary.reserve(30522, 231508);
//   vocabulary.add("[PAD]", 0); …
//   INLAY_TRY(vocabulary.finish());
//   vocabulary.find("[PAD]");   // 0
//
// Invariants:
//  1. The table has a power of two of slots, at least twice the tokens, and is probed linearly.
//  2. A slot keeps 32 bits of a token's TokenHash, and a hit compares the text.
//  3. A record is the id, the length and the text of a token, side by side: a hit touches one slot
//     and one record. Behind the last record there is room to read a ShortWord.
//  4. Ids need not be dense: memory grows with the tokens, never with the largest id.
// After finish() nothing changes: safe for concurrent reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/short_word.h"
#include "text/token_hash.h"

namespace inlay::text {

class Vocabulary {
 public:
  void reserve(size_t tokens, size_t text_bytes);
  // A token that is there already takes the new id. Requires less than 4 GiB of tokens.
  void add(std::string_view token, uint32_t id) { add(TokenHash::of(token), token, id); }
  // The same with the token's hash at hand. Whoever adds many asks for the slots of the next
  // ones ahead: a table of a real vocabulary is larger than the first cache.
  void add(uint64_t hash_of_token, std::string_view token, uint32_t id);
  void prefetch(uint64_t hash_of_token) const {
#if defined(__GNUC__)
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash_of_token >> shift_], 1);
#else
    (void)hash_of_token;
#endif
  }
  // Makes ids findable. Fails with kCorrupt when two tokens have one id, naming them.
  Status finish();

  size_t size() const { return by_id_.size(); }
  // Calls visit(token, id) for all, once finished in the order of their ids.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const uint32_t record : by_id_) visit(token_at(record), header(record).id);
  }
  size_t longest_token_bytes() const { return longest_; }

  // The id of `token`, or none.
  std::optional<uint32_t> find(std::string_view token) const {
    const uint32_t id = find(TokenHash::of(token), {}, token);
    return id == kNone ? std::nullopt : std::optional<uint32_t>(id);
  }
  // The id of prefix + rest, or kNone. `hash_of_both` is their TokenHash.
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t find(uint64_t hash_of_both, std::string_view prefix, std::string_view rest) const {
    if (slots_.empty()) return kNone;
    const Slot& slot = slots_[look_up(hash_of_both, prefix, rest)];
    return slot.record == 0 ? kNone : header(slot.record).id;
  }
  // The id of a token of `bytes`, or kNone. Requires finish().
  uint32_t find(const ShortWord& token, size_t bytes) const {
    if (slots_.empty()) return kNone;
    const uint64_t hash = token.hash();
    const uint32_t tag = tag_of(hash);
    for (size_t i = hash >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
      const Slot slot = slots_[i];
      if (slot.record == 0) return kNone;
      if (slot.tag != tag) continue;
      const Header found = header(slot.record);
      if (found.bytes == bytes && ShortWord::load(text(slot.record), bytes) == token)
        return found.id;
    }
  }
  // The token of `id`, or none; lives as long as the Vocabulary.
  std::optional<std::string_view> token(uint32_t id) const;

 private:
  struct Header {
    uint32_t id, bytes;
  };
  struct Slot {
    uint32_t tag = 0;
    uint32_t record = 0;  // offset in records_, which begins with a byte of nothing; 0: free
  };
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 8); }
  Header header(uint32_t record) const {
    Header h;
    std::memcpy(&h, records_.data() + record, sizeof h);
    return h;
  }
  const char* text(uint32_t record) const { return records_.data() + record + sizeof(Header); }
  std::string_view token_at(uint32_t record) const { return {text(record), header(record).bytes}; }
  void rehash(size_t slots);

  // An empty view may have no address, which memcmp must not see.
  static bool same_bytes(const char* at, std::string_view expected) {
    return expected.empty() || std::memcmp(at, expected.data(), expected.size()) == 0;
  }

  // The slot of prefix + rest: its own, or the free one that would be. Requires slots.
  size_t look_up(uint64_t hash, std::string_view prefix, std::string_view rest) const {
    const uint32_t tag = tag_of(hash);
    for (size_t i = hash >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
      const Slot slot = slots_[i];
      if (slot.record == 0) return i;
      if (slot.tag == tag && is_token(slot.record, prefix, rest)) return i;
    }
  }
  bool is_token(uint32_t record, std::string_view prefix, std::string_view rest) const {
    if (header(record).bytes != prefix.size() + rest.size()) return false;
    const char* token = text(record);
    return same_bytes(token + prefix.size(), rest) && same_bytes(token, prefix);
  }

  std::string records_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> by_id_;  // records; in the order of their ids once finished
  int shift_ = 64;               // 64 - log2(slots)
  size_t longest_ = 0;
};

}  // namespace inlay::text
