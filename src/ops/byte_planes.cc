#include "ops/byte_planes.h"

#include <algorithm>
#include <cstring>

namespace inlay::ops {
namespace {

constexpr int64_t kSide = 8;  // of a block: a row is one word

// Exchanges the upper half of each 2 * kBits of `low` with the lower half of `high`.
template <int kBits>
void exchange(uint64_t& low, uint64_t& high, uint64_t mask) {
  const uint64_t both = ((low >> kBits) ^ high) & mask;
  high ^= both;
  low ^= both << kBits;
}

// Eight rows of a block, in registers: loops over an array would go through memory.
struct Words {
  uint64_t a, b, c, d, e, f, g, h;
};

void transpose(Words& w) {
  constexpr uint64_t kBytes = 0x00FF00FF00FF00FF, kPairs = 0x0000FFFF0000FFFF, kHalf = 0xFFFFFFFF;
  exchange<8>(w.a, w.b, kBytes), exchange<8>(w.c, w.d, kBytes);
  exchange<8>(w.e, w.f, kBytes), exchange<8>(w.g, w.h, kBytes);
  exchange<16>(w.a, w.c, kPairs), exchange<16>(w.b, w.d, kPairs);
  exchange<16>(w.e, w.g, kPairs), exchange<16>(w.f, w.h, kPairs);
  exchange<32>(w.a, w.e, kHalf), exchange<32>(w.b, w.f, kHalf);
  exchange<32>(w.c, w.g, kHalf), exchange<32>(w.d, w.h, kHalf);
}

uint64_t load(const uint8_t* from, uint64_t turn) {
  uint64_t word;
  std::memcpy(&word, from, kSide);
  return word ^ turn;
}

void store(uint8_t* to, uint64_t word) { std::memcpy(to, &word, kSide); }

void transpose_block(const uint8_t* x, int64_t x_stride, uint64_t turn, uint8_t* y,
                     int64_t y_stride) {
  Words w = {load(x, turn),
             load(x + x_stride, turn),
             load(x + 2 * x_stride, turn),
             load(x + 3 * x_stride, turn),
             load(x + 4 * x_stride, turn),
             load(x + 5 * x_stride, turn),
             load(x + 6 * x_stride, turn),
             load(x + 7 * x_stride, turn)};
  transpose(w);
  store(y, w.a), store(y + y_stride, w.b);
  store(y + 2 * y_stride, w.c), store(y + 3 * y_stride, w.d);
  store(y + 4 * y_stride, w.e), store(y + 5 * y_stride, w.f);
  store(y + 6 * y_stride, w.g), store(y + 7 * y_stride, w.h);
}

}  // namespace

void transpose_bytes(const BytePlanes& p) {
  const int64_t rows = p.rows / kSide * kSide, columns = p.columns / kSide * kSide;
  const uint64_t turn = p.turn * uint64_t{0x0101010101010101};
  for (int64_t row = 0; row < rows; row += kSide)
    for (int64_t column = 0; column < columns; column += kSide)
      transpose_block(p.from + row * p.from_stride + column, p.from_stride, turn,
                      p.to + column * p.to_stride + row, p.to_stride);
  const auto rest = [&](int64_t row_begin, int64_t row_end, int64_t begin, int64_t end) {
    for (int64_t row = row_begin; row < row_end; ++row)
      for (int64_t column = begin; column < end; ++column)
        p.to[column * p.to_stride + row] =
            static_cast<uint8_t>(p.from[row * p.from_stride + column] ^ p.turn);
  };
  rest(rows, p.rows, 0, p.columns);
  rest(0, rows, columns, p.columns);
}

}  // namespace inlay::ops
