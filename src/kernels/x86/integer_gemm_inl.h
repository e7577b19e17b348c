// Whole sums of products over packed weights, and what is made of them; see integer_gemm.h.
//
// Packed: panels of kPanel columns, [k / kGroup, kPanel, kGroup] bytes with zeros behind the last k, then the
// sums of the panel's columns. A tile of rows takes a piece of k at a time: its left side is laid
// out for the tile in memory that stays in the first-level cache, and goes over all panels.
#pragma once

#include "kernels/integer_gemm.h"
#include "kernels/x86/activation_inl.h"
#include "kernels/x86/integer_vec_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kPanel = 2 * Vec::kWidth;
constexpr int64_t kRows = IntegerVec::kRows;
constexpr int64_t kGroup = IntegerVec::kGroup;
// Elements of k that are laid out at once, a multiple of the vectors that do it.
constexpr int64_t kPiece = 512;
constexpr int64_t kSumsBytes = kPanel * static_cast<int64_t>(sizeof(int32_t));

inline int64_t grouped(int64_t k) { return (k + kGroup - 1) / kGroup * kGroup; }
inline int64_t panel_bytes(int64_t k) { return (grouped(k) * kPanel + 63) / 64 * 64 + kSumsBytes; }
inline int64_t integer_packed_bytes(int64_t k, int64_t n) {
  return (n + kPanel - 1) / kPanel * panel_bytes(k);
}
inline const int32_t* column_sums(const int8_t* panel, int64_t k) {
  return reinterpret_cast<const int32_t*>(panel + panel_bytes(k) - kSumsBytes);
}

inline void pack_panel(const IntegerPackSource& s, int64_t column, int64_t columns, int8_t* to) {
  const uint8_t* from = static_cast<const uint8_t*>(s.data) + column * s.n_stride;
  const uint8_t turn = s.is_unsigned ? 0x80 : 0;
  auto* sums = reinterpret_cast<int32_t*>(to + panel_bytes(s.k) - kSumsBytes);
  for (int64_t n = 0; n < kPanel; ++n) sums[n] = 0;
  for (int64_t k = 0; k < grouped(s.k); ++k) {
    int8_t* row = to + k / kGroup * kGroup * kPanel + k % kGroup;
    for (int64_t n = 0; n < kPanel; ++n) {
      const bool there = k < s.k && n < columns;
      const uint8_t bits =
          there ? static_cast<uint8_t>(from[k * s.k_stride + n * s.n_stride] ^ turn) : uint8_t{0};
      row[n * kGroup] = static_cast<int8_t>(bits);
      sums[n] += static_cast<int8_t>(bits);
    }
  }
}

inline void run_integer_pack(const IntegerPackSource& source, int64_t column_begin,
                             int64_t column_end, void* packed) {
  for (int64_t column = column_begin; column < column_end; column += kPanel) {
    const int64_t left = column_end - column;
    pack_panel(source, column, left < kPanel ? left : kPanel,
               static_cast<int8_t*>(packed) + column / kPanel * panel_bytes(source.k));
  }
}

// A tile's left side: rows kPiece elements apart.
struct TileInput {
  alignas(64) IntegerVec::Element elements[kRows * kPiece];
};

inline void lay_out_row(const uint8_t* from, int64_t n, IntegerVec::Element* to) {
  int64_t i = 0;
#if defined(__AVX512VNNI__)
  memcpy(to, from, static_cast<size_t>(n));
  i = n;
#else
  for (; i + IntegerVec::kWiden <= n; i += IntegerVec::kWiden) IntegerVec::widen(from + i, to + i);
  for (; i < n; ++i) to[i] = from[i];
#endif
  for (; i % kGroup != 0; ++i) to[i] = 0;
}

struct IntegerTile {
  const IntegerVec::Element* a;
  const int8_t* b;
  int32_t* sums;  // [rows, kPanel]
  int64_t groups;
  bool first;  // the sums begin with 0
};

template <int kTileRows>
struct IntegerTileLoop {
  static __attribute__((noinline)) void run(const IntegerTile& tile) {
    IntegerVec::I sum[kTileRows][2];
    INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
      INLAY_UNROLL for (int v = 0; v < 2; ++v) {
        sum[r][v] = tile.first ? IntegerVec::zero()
                               : IntegerVec::load(tile.sums + r * kPanel + v * Vec::kWidth);
      }
    }
    const IntegerVec::Element* a = tile.a;
    const int8_t* b = tile.b;
    for (int64_t group = tile.groups; group > 0; --group) {
      const IntegerVec::I w0 = IntegerVec::load_weights(b);
      const IntegerVec::I w1 = IntegerVec::load_weights(b + Vec::kWidth * kGroup);
      INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
        int32_t elements;
        memcpy(&elements, a + r * kPiece, sizeof elements);
        const IntegerVec::I x = IntegerVec::set(elements);
        sum[r][0] = IntegerVec::dot(sum[r][0], x, w0);
        sum[r][1] = IntegerVec::dot(sum[r][1], x, w1);
      }
      a += kGroup;
      b += kPanel * kGroup;
    }
    INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
      INLAY_UNROLL for (int v = 0; v < 2; ++v) {
        IntegerVec::store(tile.sums + r * kPanel + v * Vec::kWidth, sum[r][v]);
      }
    }
  }
};

using IntegerTileFn = void (*)(const IntegerTile&);
template <int... kHeights>
struct IntegerTileTable {
  static constexpr IntegerTileFn kRun[] = {IntegerTileLoop<kHeights>::run...};
};
#if defined(__AVX512F__)
using IntegerTiles = IntegerTileTable<1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>;
#else
using IntegerTiles = IntegerTileTable<1, 2, 3, 4, 5, 6>;
#endif

// Rows [row, row + rows) of the columns of one panel.
struct IntegerPlace {
  int64_t row, rows, column, columns;
};

// What zero points take away from a row's sums in the columns of vector `v`.
INLAY_INLINE IntegerVec::I zero_terms(const IntegerGemmArgs& args, int64_t row, int64_t column,
                                      int64_t columns, const int32_t* sums) {
  const int32_t a_zero = args.a_zero ? args.a_zero[row * args.a_zero_stride] : 0;
  IntegerVec::I terms = IntegerVec::mul(IntegerVec::set(a_zero), IntegerVec::load(sums));
  if (!args.b_zero) return terms;
  const int64_t n = columns < Vec::kWidth ? columns : Vec::kWidth;
  const IntegerVec::I b_zero = args.b_zero_stride == 0
                                   ? IntegerVec::set(args.b_zero[0])
                                   : IntegerVec::load_first(args.b_zero + column, n);
  const auto k_zero = static_cast<int32_t>(static_cast<uint32_t>(args.k) * (uint32_t)a_zero);
  const IntegerVec::I rest =
      IntegerVec::sub(IntegerVec::set(args.row_sums[row]), IntegerVec::set(k_zero));
  return IntegerVec::add(terms, IntegerVec::mul(b_zero, rest));
}

template <class Op>
void finish_floats(const IntegerGemmArgs& args, const int32_t* sums, const int32_t* columns,
                   const IntegerPlace& at) {
  for (int64_t r = 0; r < at.rows; ++r) {
    float* y = args.y + (at.row + r) * args.n + at.column;
    for (int64_t i = 0; i < at.columns; i += Vec::kWidth) {
      const int64_t left = at.columns - i, column = at.column + i;
      const IntegerVec::I whole =
          IntegerVec::sub(IntegerVec::load(sums + r * kPanel + i),
                          zero_terms(args, at.row + r, column, left, columns + i));
      const Vec::F scale =
          args.scale_stride == 0 ? Vec::set(args.scale[0]) : Vec::get(args.scale + column, left);
      Vec::F value = Vec::mul(IntegerVec::to_float(whole), scale);
      if (args.bias) value = Vec::add(value, Vec::get(args.bias + column, left));
      Vec::put(y + i, Op::template apply<Vec>(value), left);
    }
  }
}

inline void finish_integers(const IntegerGemmArgs& args, const int32_t* sums,
                            const int32_t* columns, const IntegerPlace& at) {
  for (int64_t r = 0; r < at.rows; ++r) {
    int32_t* c = args.c + (at.row + r) * args.n + at.column;
    for (int64_t i = 0; i < at.columns; i += Vec::kWidth) {
      const int64_t left = at.columns - i;
      const IntegerVec::I whole =
          IntegerVec::sub(IntegerVec::load(sums + r * kPanel + i),
                          zero_terms(args, at.row + r, at.column + i, left, columns + i));
      if (left >= Vec::kWidth)
        IntegerVec::store(c + i, whole);
      else
        IntegerVec::store_first(c + i, whole, left);
    }
  }
}

inline void finish_tile(const IntegerGemmArgs& args, const int32_t* sums, const int32_t* columns,
                        const IntegerPlace& at) {
  if (args.c) return finish_integers(args, sums, columns, at);
  switch (args.activation) {
    case Activation::kNone: return finish_floats<Identity>(args, sums, columns, at);
    case Activation::kRelu: return finish_floats<Relu>(args, sums, columns, at);
    case Activation::kGeluErf: return finish_floats<GeluErf>(args, sums, columns, at);
    case Activation::kGeluTanh: return finish_floats<GeluTanh>(args, sums, columns, at);
    case Activation::kTanh: return finish_floats<Tanh>(args, sums, columns, at);
    case Activation::kSigmoid: return finish_floats<Sigmoid>(args, sums, columns, at);
    case Activation::kSilu: return finish_floats<Silu>(args, sums, columns, at);
  }
}

// The sums of up to this many panels stay while the pieces of k go by.
constexpr int64_t kBlockPanels = 16;

inline void integer_block(const IntegerGemmArgs& args, int64_t row, int64_t rows, int64_t column,
                          int64_t columns) {
  alignas(64) TileInput input;
  alignas(64) int32_t sums[kBlockPanels * kRows * kPanel];
  const int64_t panels = (columns + kPanel - 1) / kPanel;
  const int8_t* packed =
      static_cast<const int8_t*>(args.b_packed) + column / kPanel * panel_bytes(args.k);
  for (int64_t k = 0; k < args.k || k == 0; k += kPiece) {
    const int64_t depth = args.k - k < kPiece ? args.k - k : kPiece;
    for (int64_t r = 0; r < rows; ++r)
      lay_out_row(args.a + (row + r) * args.a_stride + k, depth, input.elements + r * kPiece);
    for (int64_t p = 0; p < panels; ++p) {
      const IntegerTile tile = {input.elements, packed + p * panel_bytes(args.k) + k * kPanel,
                                sums + p * kRows * kPanel, (depth + kGroup - 1) / kGroup, k == 0};
      IntegerTiles::kRun[rows - 1](tile);
    }
  }
  for (int64_t p = 0; p < panels; ++p) {
    const int64_t left = columns - p * kPanel;
    const IntegerPlace at = {row, rows, column + p * kPanel, left < kPanel ? left : kPanel};
    finish_tile(args, sums + p * kRows * kPanel,
                column_sums(packed + p * panel_bytes(args.k), args.k), at);
  }
}

inline void run_integer_gemm(const IntegerGemmArgs& args, int64_t row_begin, int64_t row_end,
                             int64_t column_begin, int64_t column_end) {
  const int64_t rows = row_end - row_begin, tiles = (rows + kRows - 1) / kRows;
  for (int64_t column = column_begin; column < column_end; column += kBlockPanels * kPanel) {
    const int64_t left = column_end - column;
    for (int64_t t = 0; t < tiles; ++t) {
      if (args.stop()) return;
      const int64_t row = row_begin + rows * t / tiles;
      const int64_t end = row_begin + rows * (t + 1) / tiles;
      integer_block(args, row, end - row, column,
                    left < kBlockPanels * kPanel ? left : kBlockPanels * kPanel);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
