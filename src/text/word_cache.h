// What words became, so that a word that comes again costs one look-up.
//
// Nearly all words have 1 to 15 bytes and up to three tokens. They lie in sets of two entries, 64
// bytes together; a new word takes its set's first place and moves what was there to the second.
// Indented lines, numbers and signs are longer: they have a table of their own, an entry a slot.
// Nothing is allocated after the start, and where many words meet they only forget each other.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace inlay::text {

// A word of at most 15 bytes as two numbers: its bytes with zeros behind, the last one its length.
struct WordKey {
  static constexpr size_t kMaxBytes = 15;

  // Requires 0 < word.size() <= kMaxBytes. `readable` bytes may be read from word.data() on.
  static WordKey of(std::string_view word, size_t readable) {
    WordKey key;
    const size_t bytes = word.size();
    if (readable >= 16) {
      std::memcpy(&key.low, word.data(), 8);
      std::memcpy(&key.high, word.data() + 8, 8);
      key.low &= bytes >= 8 ? ~uint64_t{0} : first_bytes(bytes);
      key.high &= bytes > 8 ? first_bytes(bytes - 8) : 0;
    } else {
      char padded[16] = {};
      std::memcpy(padded, word.data(), bytes);
      std::memcpy(&key.low, padded, 8);
      std::memcpy(&key.high, padded + 8, 8);
    }
    key.high |= static_cast<uint64_t>(bytes) << kLengthShift;
    return key;
  }
  uint64_t hash() const {
    constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
    const uint64_t mixed = (low ^ (high * kFactor)) * kFactor;
    return (mixed ^ mixed >> 32) * kFactor;
  }
  bool operator==(const WordKey&) const = default;

  uint64_t low = 0, high = 0;

 private:
  // Where byte 15 lies.
  static constexpr int kLengthShift = std::endian::native == std::endian::little ? 56 : 0;
  // The first `bytes` bytes in memory, 0 < bytes < 8.
  static uint64_t first_bytes(size_t bytes) {
    const auto bits = 8 * static_cast<unsigned>(bytes);
    return std::endian::native == std::endian::little ? (uint64_t{1} << bits) - 1
                                                      : ~(~uint64_t{0} >> bits);
  }
};

// Up to three tokens and how many bytes of the word each stands for.
struct WordTokens {
  static constexpr size_t kMost = 3;
  uint32_t ids[kMost] = {};
  uint8_t bytes[kMost] = {};
  uint8_t count = 0;
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
