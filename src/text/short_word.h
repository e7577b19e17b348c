// A word of at most 16 bytes as two numbers: compared, cut and hashed without a loop over its bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace inlay::text {

static_assert(std::endian::native == std::endian::little);

// Bytes beyond the word's end are 0: its length, where that is not plain, is the caller's to keep.
struct ShortWord {
  static constexpr size_t kMaxBytes = 16;
  uint64_t low = 0, high = 0;  // the first eight bytes and the next, in the order of memory

  // The first `bytes` of the 16 at `text`, all of which must be readable. Requires bytes <= 16.
  static ShortWord load(const char* text, size_t bytes) {
    return ShortWord{load8(text), load8(text + 8)}.first(bytes);
  }
  // Reads no byte beyond the text. Requires text.size() <= 16.
  static ShortWord of(std::string_view text) {
    const char* begin = text.data();
    const size_t bytes = text.size();
    if (bytes > 8) return {load8(begin), load8(begin + bytes - 8) >> (8 * (16 - bytes))};
    if (bytes == 8) return {load8(begin), 0};
    if (bytes >= 4) return {load4(begin) | load4(begin + bytes - 4) << (8 * (bytes - 4)), 0};
    if (bytes == 0) return {};
    return {byte(begin[0]) | byte(begin[bytes / 2]) << (8 * (bytes / 2)) |
                byte(begin[bytes - 1]) << (8 * (bytes - 1)),
            0};
  }
  void store(char text[kMaxBytes]) const {
    std::memcpy(text, &low, 8);
    std::memcpy(text + 8, &high, 8);
  }

  ShortWord first(size_t bytes) const { return {low & mask(bytes), high & mask_of_high(bytes)}; }
  // What is behind the first `bytes`. Requires 0 < bytes < 16.
  ShortWord behind(size_t bytes) const {
    if (bytes >= 8) return {high >> (8 * (bytes - 8)), 0};
    return {low >> (8 * bytes) | high << (64 - 8 * bytes), high >> (8 * bytes)};
  }
  // The word with `prefix` of `bytes` before it. Requires bytes < 16, and at most 16 for both.
  ShortWord after(const ShortWord& prefix, size_t bytes) const {
    if (bytes == 0) return *this;
    if (bytes >= 8) return {prefix.low, prefix.high | low << (8 * (bytes - 8))};
    return {prefix.low | low << (8 * bytes), high << (8 * bytes) | low >> (64 - 8 * bytes)};
  }

  uint64_t hash() const {
    constexpr uint64_t kLow = 0x9E3779B97F4A7C15, kHigh = 0xC2B2AE3D27D4EB4F;
    const uint64_t product = low * kLow ^ high * kHigh;
    return (product ^ product >> 32) * kLow;
  }
  bool operator==(const ShortWord&) const = default;

 private:
  static uint64_t byte(char c) { return static_cast<unsigned char>(c); }
  static uint64_t load8(const char* text) {
    uint64_t number;
    std::memcpy(&number, text, sizeof number);
    return number;
  }
  static uint64_t load4(const char* text) {
    uint32_t number;
    std::memcpy(&number, text, sizeof number);
    return number;
  }
  static uint64_t mask(size_t bytes) {
    return bytes >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * bytes)) - 1;
  }
  static uint64_t mask_of_high(size_t bytes) { return bytes <= 8 ? 0 : mask(bytes - 8); }
};

}  // namespace inlay::text
