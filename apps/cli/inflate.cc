#include "inflate.h"

#include <array>
#include <cstdint>

#include "failure.h"

namespace cli {
namespace {

// RFC 1951, 3.2.5: the base and the extra bits of lengths (codes 257 to 285) and distances.
constexpr uint16_t kLengthBase[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                      15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                      67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr uint8_t kLengthBits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                     2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr uint16_t kDistanceBase[30] = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr uint8_t kDistanceBits[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                       6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

constexpr int kMaxBits = 15;
constexpr int kFastBits = 10;

// A canonical Huffman code: a table for codes of up to kFastBits, a walk over lengths for the rest.
struct Code {
  std::array<uint16_t, 1 << kFastBits>
      fast;  // symbol << 4 | bits; 0: longer than kFastBits, or none
  std::array<uint16_t, kMaxBits + 1> count;  // of codes with that many bits
  std::array<uint16_t, 288> symbols;         // by bits, then by value

  // Returns false when more codes are promised than bits allow.
  bool build(std::span<const uint8_t> lengths) {
    count.fill(0);
    fast.fill(0);
    for (const uint8_t bits : lengths) ++count[bits];
    count[0] = 0;
    int left = 1;
    std::array<uint16_t, kMaxBits + 2> offset = {};
    std::array<uint32_t, kMaxBits + 2> next = {};
    for (int bits = 1; bits <= kMaxBits; ++bits) {
      left = 2 * left - count[bits];
      if (left < 0) return false;
      offset[bits + 1] = static_cast<uint16_t>(offset[bits] + count[bits]);
      next[bits + 1] = (next[bits] + count[bits]) << 1;
    }
    for (size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      const int bits = lengths[symbol];
      if (bits == 0) continue;
      symbols[offset[bits]++] = static_cast<uint16_t>(symbol);
      const uint32_t code = next[bits]++;
      if (bits <= kFastBits) fill_fast(code, bits, static_cast<uint16_t>(symbol << 4 | bits));
    }
    return true;
  }

 private:
  // Codes stand in the stream from their highest bit on, the stream is read from its lowest.
  void fill_fast(uint32_t code, int bits, uint16_t entry) {
    uint32_t reversed = 0;
    for (int i = 0; i < bits; ++i) reversed |= (code >> i & 1) << (bits - 1 - i);
    for (uint32_t i = reversed; i < fast.size(); i += 1u << bits) fast[i] = entry;
  }
};

class Inflater {
 public:
  Inflater(std::span<const std::byte> input, size_t size, std::string_view place)
      : input_(input), size_(size), place_(place) {
    output_.reserve(size);
  }

  std::vector<std::byte> run() {
    bool last = false;
    while (!last) {
      last = bits(1) != 0;
      switch (bits(2)) {
        case 0: stored(); break;
        case 1: fixed_codes(); break;
        case 2: dynamic_codes(); break;
        default: damaged("a block of kind 0 to 2");
      }
    }
    if (output_.size() != size_) damaged("as many bytes as the archive says");
    return std::move(output_);
  }

 private:
  [[noreturn]] void damaged(std::string_view what) const {
    fail(place_, ": deflate: expected ", what, ", found damaged data at byte ", at_);
  }

  void refill(int needed) {
    while (held_ < needed) {
      if (at_ == input_.size()) damaged("more data");
      buffer_ |= uint64_t{std::to_integer<uint8_t>(input_[at_++])} << held_;
      held_ += 8;
    }
  }

  uint32_t bits(int count) {
    refill(count);
    const auto value = static_cast<uint32_t>(buffer_ & ((uint64_t{1} << count) - 1));
    buffer_ >>= count;
    held_ -= count;
    return value;
  }

  uint32_t decode(const Code& code) {
    while (held_ < kMaxBits && at_ < input_.size()) refill(held_ + 1);
    if (const uint16_t entry = code.fast[buffer_ & (code.fast.size() - 1)]; entry != 0) {
      bits(entry & 15);
      return entry >> 4;
    }
    int value = 0, first = 0, index = 0;
    for (int length = 1; length <= kMaxBits; ++length) {
      value |= static_cast<int>(bits(1));
      const int count = code.count[length];
      if (value - count < first) return code.symbols[index + value - first];
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    damaged("a Huffman code");
  }

  void stored() {
    bits(held_ % 8);
    const uint32_t length = bits(16), complement = bits(16);
    if ((length ^ 0xffff) != complement) damaged("the length of a stored block");
    for (uint32_t i = 0; i < length; ++i) put(static_cast<std::byte>(bits(8)));
  }

  void put(std::byte byte) {
    if (output_.size() == size_) damaged("as many bytes as the archive says");
    output_.push_back(byte);
  }

  void fixed_codes() {
    std::array<uint8_t, 288> lengths;
    for (size_t i = 0; i < lengths.size(); ++i)
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    std::array<uint8_t, 30> distances;
    distances.fill(5);
    literals_.build(lengths);
    distances_.build(distances);
    block();
  }

  void dynamic_codes() {
    static constexpr uint8_t kOrder[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                           11, 4,  12, 3, 13, 2, 14, 1, 15};
    const uint32_t literals = bits(5) + 257, distances = bits(5) + 1, codes = bits(4) + 4;
    if (literals > 286 || distances > 30) damaged("at most 286 and 30 codes");
    std::array<uint8_t, 19> code_lengths = {};
    for (uint32_t i = 0; i < codes; ++i) code_lengths[kOrder[i]] = static_cast<uint8_t>(bits(3));
    if (!literals_.build(code_lengths)) damaged("code lengths that fit");

    std::array<uint8_t, 286 + 30> lengths = {};
    for (uint32_t i = 0; i < literals + distances;) {
      const uint32_t symbol = decode(literals_);
      if (symbol < 16) {
        lengths[i++] = static_cast<uint8_t>(symbol);
        continue;
      }
      if (symbol == 16 && i == 0) damaged("a length to repeat");
      const uint8_t value = symbol == 16 ? lengths[i - 1] : 0;
      uint32_t times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
      if (i + times > literals + distances) damaged("lengths for the codes alone");
      while (times-- > 0) lengths[i++] = value;
    }
    const std::span<const uint8_t> all(lengths);
    if (!literals_.build(all.first(literals)) ||
        !distances_.build(all.subspan(literals, distances))) {
      damaged("code lengths that fit");
    }
    block();
  }

  void block() {
    for (;;) {
      const uint32_t symbol = decode(literals_);
      if (symbol == 256) return;
      if (symbol < 256) {
        put(static_cast<std::byte>(symbol));
        continue;
      }
      if (symbol > 285) damaged("a length code");
      const uint32_t length = kLengthBase[symbol - 257] + bits(kLengthBits[symbol - 257]);
      const uint32_t code = decode(distances_);
      if (code > 29) damaged("a distance code");
      const size_t distance = kDistanceBase[code] + bits(kDistanceBits[code]);
      if (distance > output_.size()) damaged("a distance into the data");
      for (uint32_t i = 0; i < length; ++i) put(output_[output_.size() - distance]);
    }
  }

  std::span<const std::byte> input_;
  size_t size_;
  std::string_view place_;
  std::vector<std::byte> output_;
  Code literals_, distances_;
  size_t at_ = 0;        // the next byte of input_
  uint64_t buffer_ = 0;  // bits read and not yet used, lowest first
  int held_ = 0;         // how many
};

}  // namespace

std::vector<std::byte> inflate(std::span<const std::byte> compressed, size_t size,
                               std::string_view place) {
  return Inflater(compressed, size, place).run();
}

}  // namespace cli
