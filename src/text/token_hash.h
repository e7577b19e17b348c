// The hash of a token: of its two numbers while it is short, over its bytes when it is longer.
//
//   TokenHash hash;
//   hash.append("##");
//   hash.append("ing");
//   hash.value() == TokenHash::of("##ing")
//
// Appending costs the same for every byte, so that all beginnings of a text are hashed in one pass.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/short_word.h"

namespace inlay::text {

class TokenHash {
 public:
  static uint64_t of(std::string_view token) {
    if (token.size() <= ShortWord::kMaxBytes) return ShortWord::of(token).hash();
    uint64_t hash = kSeed;
    for (const char c : token) hash = step(hash, c);
    return hash;
  }

  void append(char c) {
    const uint64_t byte = static_cast<unsigned char>(c);
    if (size_ < 8) {
      word_.low |= byte << (8 * size_);
    } else if (size_ < ShortWord::kMaxBytes) {
      word_.high |= byte << (8 * (size_ - 8));
    }
    long_ = step(long_, c);
    ++size_;
  }
  void append(std::string_view text) {
    for (const char c : text) append(c);
  }
  uint64_t value() const { return size_ <= ShortWord::kMaxBytes ? word_.hash() : long_; }

 private:
  static constexpr uint64_t kSeed = 0x2545F4914F6CDD1D;
  static uint64_t step(uint64_t before, char c) {
    return (before ^ static_cast<unsigned char>(c)) * 0x9E3779B97F4A7C15;
  }

  ShortWord word_;  // the first 16 bytes
  uint64_t long_ = kSeed;
  size_t size_ = 0;
};

}  // namespace inlay::text
