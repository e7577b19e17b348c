// Whole sums of products over packed weights, and what is made of them; see integer_gemm.h.
//
// Packed: panels of kPanel columns, [groups, kPanel, kGroup] bytes with zeros behind the last k, then the sums of the
// panel's columns, how many groups of each piece of k are narrow (integer_vec_inl.h), and which group of its piece
// each one is: those of a piece are sorted, narrow ones first. A tile of rows takes a piece of k at a time: its left
// side is laid out for the tile in memory that stays in the first-level cache, and goes over all panels.
#pragma once

#include "kernels/entries.h"
#include "kernels/integer_gemm.h"
#include "kernels/x86/integer_vec_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kPanel = 2 * Vec::kWidth;
constexpr int64_t kRows = IntegerVec::kRows;
// Elements of k that are laid out at once, at most: a group's number in its piece is a byte.
constexpr int64_t kLongestPiece = 256 * kGroup;
// Rows of a tile lie so far apart, not in the same sets of the first-level cache.
constexpr int64_t kPieceStride = kLongestPiece + 64;
constexpr int64_t kGroupBytes = kPanel * kGroup;
constexpr int64_t kSumsBytes = kPanel * static_cast<int64_t>(sizeof(int32_t));

inline int64_t group_count(int64_t k) { return (k + kGroup - 1) / kGroup; }
inline int64_t piece_count(int64_t k) { return (k + kLongestPiece - 1) / kLongestPiece; }
// Elements of a piece, but the last: pieces are of one length, nearly.
inline int64_t piece_size(int64_t k) {
  return k > 0 ? group_count((k + piece_count(k) - 1) / piece_count(k)) * kGroup : kGroup;
}

// Where the parts of a packed panel begin.
struct PanelPlaces {
  int64_t sums, narrow, order, bytes;
};
inline PanelPlaces panel_places(int64_t k) {
  const int64_t sums = (group_count(k) * kGroupBytes + 63) / 64 * 64, narrow = sums + kSumsBytes;
  const int64_t order = narrow + piece_count(k) * static_cast<int64_t>(sizeof(int32_t));
  return {sums, narrow, order, (order + group_count(k) + 63) / 64 * 64};
}
inline int64_t integer_packed_bytes(int64_t k, int64_t n) {
  return (n + kPanel - 1) / kPanel * panel_places(k).bytes;
}

// Columns of weights where they lie.
struct PackColumns {
  const uint8_t* from;
  int64_t k, k_stride, n_stride, columns;
  uint8_t turn;
};

// Elements k to k + kGroup of all columns, zeros where there are none; adds them to the sums.
inline void read_group(const PackColumns& s, int64_t k, int8_t* group, int32_t* sums) {
  const int64_t depth = s.k - k < kGroup ? s.k - k : kGroup;
  memset(group, 0, kGroupBytes);
  for (int64_t i = 0; i < depth; ++i) {
    const uint8_t* from = s.from + (k + i) * s.k_stride;
    for (int64_t n = 0; n < s.columns; ++n) {
      const auto weight = static_cast<int8_t>(from[n * s.n_stride] ^ s.turn);
      group[n * kGroup + i] = weight;
      sums[n] += weight;
    }
  }
}

// Whether sums of two products of neighbours with bytes fit 16 bits: 255 * 128 does.
inline bool is_narrow(const int8_t* group) {
  if (kAllNarrow) return true;
  int32_t wide = 0;
  for (int64_t i = 0; i < kGroupBytes; i += 2) {
    const int32_t sum = group[i] + group[i + 1];
    wide |= (sum > 128) | (sum < -128);
  }
  return !wide;
}

// Elements [k, end), which are one piece; returns how many groups are narrow.
inline int32_t pack_piece(const PackColumns& s, int64_t k, int64_t end, int8_t* to, uint8_t* order,
                          int32_t* sums) {
  int64_t wide = group_count(end - k), narrow = 0;
  for (int64_t g = 0; narrow < wide; ++g) {
    int8_t group[kGroupBytes];
    read_group(s, k + g * kGroup, group, sums);
    const int64_t place = is_narrow(group) ? narrow++ : --wide;
    memcpy(to + place * kGroupBytes, group, kGroupBytes);
    order[place] = static_cast<uint8_t>(g);
  }
  return static_cast<int32_t>(narrow);
}

inline void pack_panel(const IntegerPackSource& s, int64_t column, int64_t columns, int8_t* to) {
  const PackColumns from = {static_cast<const uint8_t*>(s.data) + column * s.n_stride,
                            s.k,
                            s.k_stride,
                            s.n_stride,
                            columns,
                            static_cast<uint8_t>(s.is_unsigned ? 0x80 : 0)};
  const PanelPlaces at = panel_places(s.k);
  auto* sums = reinterpret_cast<int32_t*>(to + at.sums);
  auto* narrow = reinterpret_cast<int32_t*>(to + at.narrow);
  auto* order = reinterpret_cast<uint8_t*>(to + at.order);
  memset(sums, 0, kSumsBytes);
  const int64_t piece = piece_size(s.k);
  for (int64_t k = 0; k < s.k; k += piece) {
    const int64_t end = s.k - k < piece ? s.k : k + piece;
    narrow[k / piece] = pack_piece(from, k, end, to + k * kPanel, order + k / kGroup, sums);
  }
}

inline void run_integer_pack(const IntegerPackSource& source, int64_t column_begin,
                             int64_t column_end, void* packed) {
  const int64_t bytes = panel_places(source.k).bytes;
  for (int64_t column = column_begin; column < column_end; column += kPanel) {
    const int64_t left = column_end - column;
    pack_panel(source, column, left < kPanel ? left : kPanel,
               static_cast<int8_t*>(packed) + column / kPanel * bytes);
  }
}

// A tile's left side: rows kPieceStride elements apart, as they are, and for wide groups the even and then the odd elements
// of each group in 16 bits.
struct TileInput {
  alignas(64) uint8_t bytes[kRows * kPieceStride];
  alignas(64) uint16_t words[kRows * kPieceStride];
};

inline void lay_out_row(const uint8_t* from, int64_t n, uint8_t* to) {
  memcpy(to, from, static_cast<size_t>(n));
  for (; n % kGroup != 0; ++n) to[n] = 0;
}

inline void lay_out_words(const uint8_t* from, int64_t groups, uint16_t* to) {
  for (int64_t g = 0; g < groups; ++g) {
    to[g * kGroup] = from[g * kGroup];
    to[g * kGroup + 1] = from[g * kGroup + 2];
    to[g * kGroup + 2] = from[g * kGroup + 1];
    to[g * kGroup + 3] = from[g * kGroup + 3];
  }
}

// Groups of one piece and one panel, all narrow or all wide.
struct IntegerTile {
  const TileInput* a;
  const int8_t* b;
  const uint8_t* order;
  int32_t* sums;  // [rows, kPanel]
  int64_t groups;
  bool first;  // the sums begin with 0
};

template <int kTileRows>
struct TileSums {
  IntegerVec::I sum[kTileRows][2];

  INLAY_INLINE void load(TileSums& s, const IntegerTile& tile) {
    INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
      INLAY_UNROLL for (int v = 0; v < 2; ++v) {
        s.sum[r][v] = tile.first ? IntegerVec::zero()
                                 : IntegerVec::load(tile.sums + r * kPanel + v * Vec::kWidth);
      }
    }
  }
  INLAY_INLINE void store(const TileSums& s, const IntegerTile& tile) {
    INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
      INLAY_UNROLL for (int v = 0; v < 2; ++v) {
        IntegerVec::store(tile.sums + r * kPanel + v * Vec::kWidth, s.sum[r][v]);
      }
    }
  }
};

INLAY_INLINE IntegerVec::I broadcast(const void* four_bytes) {
  int32_t elements;
  memcpy(&elements, four_bytes, sizeof elements);
  return IntegerVec::set(elements);
}

template <int kTileRows>
struct NarrowTileLoop {
  static __attribute__((noinline)) void run(const IntegerTile& tile) {
    TileSums<kTileRows> s;
    TileSums<kTileRows>::load(s, tile);
    const uint8_t* order = tile.order;
    const int8_t* b = tile.b;
    for (int64_t group = tile.groups; group > 0; --group) {
      const uint8_t* a = tile.a->bytes + *order++ * kGroup;
      const IntegerVec::I w0 = IntegerVec::load_weights(b);
      const IntegerVec::I w1 = IntegerVec::load_weights(b + kGroupBytes / 2);
      INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
        const IntegerVec::I x = broadcast(a + r * kPieceStride);
        s.sum[r][0] = IntegerVec::dot(s.sum[r][0], x, w0);
        s.sum[r][1] = IntegerVec::dot(s.sum[r][1], x, w1);
      }
      b += kGroupBytes;
    }
    TileSums<kTileRows>::store(s, tile);
  }
};

template <int kTileRows>
struct WideTileLoop {
  static __attribute__((noinline)) void run(const IntegerTile& tile) {
    TileSums<kTileRows> s;
    TileSums<kTileRows>::load(s, tile);
    const uint8_t* order = tile.order;
    const int8_t* b = tile.b;
    for (int64_t group = tile.groups; group > 0; --group) {
      const uint16_t* a = tile.a->words + *order++ * kGroup;
      const IntegerVec::I b0 = IntegerVec::load_weights(b);
      const IntegerVec::I b1 = IntegerVec::load_weights(b + kGroupBytes / 2);
      IntegerVec::I w0 = IntegerVec::even(b0), w1 = IntegerVec::even(b1);
      INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
        const IntegerVec::I x = broadcast(a + r * kPieceStride);
        s.sum[r][0] = IntegerVec::dot_pairs(s.sum[r][0], x, w0);
        s.sum[r][1] = IntegerVec::dot_pairs(s.sum[r][1], x, w1);
      }
      w0 = IntegerVec::odd(b0), w1 = IntegerVec::odd(b1);
      INLAY_UNROLL for (int r = 0; r < kTileRows; ++r) {
        const IntegerVec::I x = broadcast(a + kGroup / 2 + r * kPieceStride);
        s.sum[r][0] = IntegerVec::dot_pairs(s.sum[r][0], x, w0);
        s.sum[r][1] = IntegerVec::dot_pairs(s.sum[r][1], x, w1);
      }
      b += kGroupBytes;
    }
    TileSums<kTileRows>::store(s, tile);
  }
};

using IntegerTileFn = void (*)(const IntegerTile&);
template <template <int> class Loop, int... kHeights>
struct IntegerTileTable {
  // Tiles of `rows` rows, or of some that nobody reads besides.
  static void run(int64_t rows, const IntegerTile& tile) {
    static constexpr int kRowCounts[] = {kHeights...};
    static constexpr IntegerTileFn kRun[] = {Loop<kHeights>::run...};
    int64_t i = 0;
    while (kRowCounts[i] < rows) ++i;
    kRun[i](tile);
  }
};
#if defined(__AVX512F__)
using NarrowTiles = IntegerTileTable<NarrowTileLoop, 1, 2, 3, 4, 6, 8, 9, 10, 11, 12>;
using WideTiles = IntegerTileTable<WideTileLoop, 1, 4, 8, 10, 12>;
#else
using NarrowTiles = IntegerTileTable<NarrowTileLoop, 1, 2, 3, 4, 5, 6>;
using WideTiles = IntegerTileTable<WideTileLoop, 1, 3, 6>;
#endif

// Rows [row, row + rows) of the columns of one panel.
struct IntegerPlace {
  int64_t row, rows, column, columns;
};

// What zero points and the bias take away from a row's sums in a vector of columns, of which `columns` are left.
INLAY_INLINE IntegerVec::I zero_terms(const IntegerGemmArgs& args, int64_t row, int64_t column,
                                      int64_t columns, const int32_t* sums) {
  const int32_t a_zero = args.a_zero ? args.a_zero[row * args.a_zero_stride] : 0;
  IntegerVec::I terms = IntegerVec::mul(IntegerVec::set(a_zero), IntegerVec::load(sums));
  const int64_t n = columns < Vec::kWidth ? columns : Vec::kWidth;
  if (args.whole_bias)
    terms = IntegerVec::sub(terms, IntegerVec::load_first(args.whole_bias + column, n));
  if (!args.b_zero) return terms;
  const IntegerVec::I b_zero = args.b_zero_stride == 0
                                   ? IntegerVec::set(args.b_zero[0])
                                   : IntegerVec::load_first(args.b_zero + column, n);
  const auto k_zero = static_cast<int32_t>(static_cast<uint32_t>(args.k) * (uint32_t)a_zero);
  const IntegerVec::I rest =
      IntegerVec::sub(IntegerVec::set(args.row_sums[row]), IntegerVec::set(k_zero));
  return IntegerVec::add(terms, IntegerVec::mul(b_zero, rest));
}

inline void finish_floats(const IntegerGemmArgs& args, const int32_t* sums, const int32_t* columns,
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
      Vec::put(y + i, value, left);
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

#if defined(__AVX512F__)
constexpr const ActivationKernel& kActivationOfIsa = kActivationAvx512;
#else
constexpr const ActivationKernel& kActivationOfIsa = kActivationAvx2;
#endif

// Over columns [column, column + columns) of y, which are in cache.
inline void activate_rows(const IntegerGemmArgs& args, const IntegerPlace& at) {
  static_assert(static_cast<int>(Activation::kRelu) == static_cast<int>(Unary::kRelu) + 1);
  static_assert(static_cast<int>(Activation::kSilu) == static_cast<int>(Unary::kSilu) + 1);
  const auto op = static_cast<Unary>(static_cast<int>(args.activation) - 1);
  for (int64_t r = 0; r < at.rows; ++r) {
    float* y = args.y + (at.row + r) * args.n + at.column;
    kActivationOfIsa.run(op, y, y, at.columns);
  }
}

// The sums of up to this many panels stay while the pieces of k go by.
constexpr int64_t kBlockPanels = 16;

// Rows of a from `k` on, `depth` elements of a piece.
struct PieceRows {
  const uint8_t* a;
  int64_t stride, rows, depth;
};

inline void lay_out_wide(const PieceRows& rows, TileInput& input) {
  for (int64_t r = 0; r < rows.rows; ++r) {
    lay_out_words(input.bytes + r * kPieceStride, group_count(rows.depth),
                  input.words + r * kPieceStride);
  }
}

// The piece of k from element k on, which is number `piece`, times all panels.
inline void run_piece(const PieceRows& rows, int64_t k, int64_t piece, const PanelPlaces& places,
                      const int8_t* packed, int64_t panels, TileInput& input, int32_t* sums) {
  for (int64_t r = 0; r < rows.rows; ++r) {
    lay_out_row(rows.a + r * rows.stride, rows.depth, input.bytes + r * kPieceStride);
  }
  bool laid_out_wide = false;
  for (int64_t p = 0; p < panels; ++p, packed += places.bytes, sums += kRows * kPanel) {
    const auto* order = reinterpret_cast<const uint8_t*>(packed + places.order) + k / kGroup;
    const int32_t narrow = reinterpret_cast<const int32_t*>(packed + places.narrow)[piece];
    const int64_t groups = group_count(rows.depth);
    const int8_t* b = packed + k * kPanel;
    if (narrow > 0) NarrowTiles::run(rows.rows, {&input, b, order, sums, narrow, k == 0});
    if (kAllNarrow || narrow == groups) continue;
    if (!laid_out_wide) lay_out_wide(rows, input);
    laid_out_wide = true;
    WideTiles::run(rows.rows, {&input, b + narrow * kGroupBytes, order + narrow, sums,
                               groups - narrow, k == 0 && narrow == 0});
  }
}

inline void integer_block(const IntegerGemmArgs& args, int64_t row, int64_t rows, int64_t column,
                          int64_t columns) {
  TileInput input;
  alignas(64) int32_t sums[kBlockPanels * kRows * kPanel];
  if (args.k == 0) memset(sums, 0, sizeof sums);
  const int64_t panels = (columns + kPanel - 1) / kPanel;
  const PanelPlaces places = panel_places(args.k);
  const int8_t* packed = static_cast<const int8_t*>(args.b_packed) + column / kPanel * places.bytes;
  const int64_t piece = piece_size(args.k);
  for (int64_t k = 0; k < args.k; k += piece) {
    const int64_t depth = args.k - k < piece ? args.k - k : piece;
    run_piece({args.a + row * args.a_stride + k, args.a_stride, rows, depth}, k, k / piece, places,
              packed, panels, input, sums);
  }
  for (int64_t p = 0; p < panels; ++p, packed += places.bytes) {
    const int64_t left = columns - p * kPanel;
    const IntegerPlace at = {row, rows, column + p * kPanel, left < kPanel ? left : kPanel};
    const auto* column_sums = reinterpret_cast<const int32_t*>(packed + places.sums);
    if (args.c)
      finish_integers(args, sums + p * kRows * kPanel, column_sums, at);
    else
      finish_floats(args, sums + p * kRows * kPanel, column_sums, at);
  }
  if (args.y && args.activation != Activation::kNone)
    activate_rows(args, {row, rows, column, columns});
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
