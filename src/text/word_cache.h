// What words became, so that a word that comes again costs one look-up.
//
// Nearly all words have 1 to 15 bytes and up to three tokens. They lie in sets of two entries, 64
// bytes together; a new word takes its set's first place and moves what was there to the second.
// Indented lines, numbers and signs are longer: they have a table of their own, an entry a slot.
// Nothing is allocated after the start, and where many words meet they only forget each other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "text/short_word.h"

namespace inlay::text {

// A word of at most 15 bytes as two numbers: its bytes with zeros behind, the last one its length.
struct WordKey {
  static constexpr size_t kMaxBytes = 15;

  // Requires 0 < word.size() <= kMaxBytes. `readable` bytes may be read from word.data() on.
  static WordKey of(std::string_view word, size_t readable) {
    WordKey key{readable >= ShortWord::kMaxBytes ? ShortWord::load(word.data(), word.size())
                                                 : ShortWord::of(word)};
    key.word.high |= static_cast<uint64_t>(word.size()) << 56;  // where byte 15 lies
    return key;
  }
  uint64_t hash() const { return word.hash(); }
  bool operator==(const WordKey&) const = default;

  ShortWord word;
};

// Up to three tokens of a short word, how many bytes of it each stands for and how many spaces
// those begin with.
class WordTokens {
 public:
  static constexpr size_t kMost = 3;

  void add(uint32_t id, std::string_view text) {
    const size_t leading = std::min(text.find_first_not_of(' '), text.size());
    ids_[count_] = id;
    sizes_[count_++] = static_cast<uint8_t>(text.size() | leading << 4);
    const bool continues = (static_cast<unsigned char>(text[0]) & 0xC0) == 0x80;
    is_plain_ &= !continues && (leading == text.size() || text.back() != ' ');
  }

  const uint32_t (&ids() const)[kMost] { return ids_; }
  size_t count() const { return count_; }
  uint32_t bytes(size_t i) const { return sizes_[i] & 15; }
  uint32_t leading_spaces(size_t i) const { return sizes_[i] >> 4; }
  // True when tokens begin where characters do, and have no spaces behind anything else.
  bool is_plain() const { return is_plain_; }

 private:
  uint32_t ids_[kMost] = {};
  uint8_t sizes_[kMost] = {};  // bytes, and spaces above bit 4
  uint8_t count_ : 2 = 0;
  uint8_t is_plain_ : 1 = 1;
};

// What short words do not hold: up to 47 bytes, up to 15 tokens.
class LongWordCache {
 public:
  static constexpr size_t kMaxBytes = 47, kMostTokens = 15;
  struct Entry {
    char word[kMaxBytes];
    uint8_t size = 0;  // of the word; 0: free
    uint32_t ids[kMostTokens];
    uint8_t bytes[kMostTokens];
    uint8_t count = 0;
  };

  // The place of a word: its own entry where is() holds, else one that it may take.
  Entry& entry(std::string_view word) { return entries_[hash(word) >> kShift]; }
  static bool is(const Entry& entry, std::string_view word) {
    return entry.size == word.size() && std::memcmp(entry.word, word.data(), word.size()) == 0;
  }

 private:
  static constexpr int kBits = 11;
  static constexpr int kShift = 64 - kBits;
  static uint64_t hash(std::string_view word) {
    constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
    uint64_t mixed = word.size();
    for (size_t at = 0; at < word.size(); at += 8) {
      uint64_t eight = 0;
      std::memcpy(&eight, word.data() + at, word.size() - at < 8 ? word.size() - at : 8);
      mixed = (mixed ^ eight) * kFactor;
      mixed ^= mixed >> 32;
    }
    return mixed * kFactor;
  }

  std::unique_ptr<Entry[]> entries_ = std::make_unique<Entry[]>(size_t{1} << kBits);
};

class WordCache {
 public:
  // Null when the word is not known; valid until the next insert().
  const WordTokens* find(const WordKey& key, uint64_t hash) const {
    const Set& set = sets_[hash >> kShift];
    if (set.entries[0].key == key) return &set.entries[0].tokens;
    return set.entries[1].key == key ? &set.entries[1].tokens : nullptr;
  }
  void prefetch(uint64_t hash) const {
#if defined(__GNUC__)
    __builtin_prefetch(&sets_[hash >> kShift]);
#else
    (void)hash;
#endif
  }
  void insert(const WordKey& key, uint64_t hash, const WordTokens& tokens) {
    Set& set = sets_[hash >> kShift];
    set.entries[1] = set.entries[0];
    set.entries[0] = {key, tokens};
  }

 private:
  static constexpr int kSetBits = 14;
  static constexpr int kShift = 64 - kSetBits;
  struct Entry {
    WordKey key;  // of no word: zeros
    WordTokens tokens;
  };
  struct alignas(64) Set {
    Entry entries[2];
  };
  static_assert(sizeof(Set) == 64);

  std::unique_ptr<Set[]> sets_ = std::make_unique<Set[]>(size_t{1} << kSetBits);
};

}  // namespace inlay::text
