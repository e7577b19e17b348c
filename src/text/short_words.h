// A table of words of at most 16 bytes, each looked up as two numbers: no loop over its bytes.
//
//   ShortWords words;
//   words.add("cat", 7);
//   words.find(ShortWord::load(bytes_of_cat, 3));   // 7
//
// A word's bytes beyond its end are 0, so a word with a byte 0 of its own is left out: it is the
// caller's to look it up elsewhere. After the last add() safe for concurrent reads.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace inlay::text {

static_assert(std::endian::native == std::endian::little);

struct ShortWord {
  static constexpr size_t kMaxBytes = 16;
  uint64_t low = 0, high = 0;  // the first eight bytes and the next, in the order of memory

  // The first `bytes` of the 16 at `text`, all of which must be readable. Requires bytes <= 16.
  static ShortWord load(const char* text, size_t bytes) {
    ShortWord word;
    std::memcpy(&word.low, text, 8);
    std::memcpy(&word.high, text + 8, 8);
    return word.first(bytes);
  }
  static ShortWord of(std::string_view text) {
    char bytes[kMaxBytes] = {};
    std::memcpy(bytes, text.data(), text.size());
    return load(bytes, text.size());
  }
  ShortWord first(size_t bytes) const { return {low & mask(bytes), high & mask_of_high(bytes)}; }
  // What is behind the first `bytes`. Requires 0 < bytes < 16.
  ShortWord behind(size_t bytes) const {
    if (bytes >= 8) return {high >> (8 * (bytes - 8)), 0};
    return {low >> (8 * bytes) | high << (64 - 8 * bytes), high >> (8 * bytes)};
  }
  bool operator==(const ShortWord&) const = default;

 private:
  static uint64_t mask(size_t bytes) {
    return bytes >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * bytes)) - 1;
  }
  static uint64_t mask_of_high(size_t bytes) { return bytes <= 8 ? 0 : mask(bytes - 8); }
};

class ShortWords {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  // True for a word that the table can hold.
  static bool takes(std::string_view word) {
    return !word.empty() && word.size() <= ShortWord::kMaxBytes &&
           std::memchr(word.data(), 0, word.size()) == nullptr;
  }

  void reserve(size_t words);
  // Requires takes(word), and that it is not there yet.
  void add(std::string_view word, uint32_t id);

  size_t longest() const { return longest_; }
  uint32_t find(const ShortWord& word) const {
    if (slots_.empty()) return kNone;
    for (size_t i = hash(word) >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.word == word) return slot.id;
      if (slot.id == kNone) return kNone;
    }
  }

 private:
  struct Slot {
    ShortWord word;
    uint32_t id = kNone;  // kNone: free
  };
  static uint64_t hash(const ShortWord& word) {
    constexpr uint64_t kLow = 0x9E3779B97F4A7C15, kHigh = 0xC2B2AE3D27D4EB4F;
    const uint64_t product = word.low * kLow ^ word.high * kHigh;
    return (product ^ product >> 32) * kLow;
  }
  void place(const Slot& slot);

  std::vector<Slot> slots_;  // a power of two, at least twice the words
  int shift_ = 64;           // 64 - log2(slots)
  size_t count_ = 0, longest_ = 0;
};

}  // namespace inlay::text
