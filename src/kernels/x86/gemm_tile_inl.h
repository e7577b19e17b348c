// The inner loop of every product: a tile of up to Vec::kGemmRows rows x 2 vectors in registers.
//
// A is read where it lies, row by row, or laid out for the tile; B comes in panels of kPanel columns, [k, kPanel].
// Each element is one chain of fused multiply-adds over k, whatever the tile, so tiles of any height agree to the
// bit.
//
// Instructions stand in the order in which they are written here, one `asm` each: compilers gather the loads and
// prefetches of a step at its begin and give sums new registers, which costs a tenth of the speed. Where memory is
// watched by a sanitizer, which sees no `asm`, they are intrinsics.
#pragma once

#include <stddef.h>

#include "kernels/x86/gemm_tile.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kPanel = 2 * Vec::kWidth;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define INLAY_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define INLAY_WATCHED 1
#endif
#endif

#if defined(INLAY_WATCHED)
INLAY_INLINE Vec::F load_now(const float* p) { return Vec::load(p); }
INLAY_INLINE Vec::F set_now(const void* p) { return Vec::set(*static_cast<const float*>(p)); }
INLAY_INLINE void add_product_now(Vec::F& sum, Vec::F x, Vec::F y) { sum = Vec::fma(x, y, sum); }
INLAY_INLINE void prefetch_now(const void*) {}
#else
INLAY_INLINE Vec::F load_now(const float* p) {
  Vec::F x;
  asm volatile("vmovups %1, %0" : "=v"(x) : "m"(*reinterpret_cast<const Vec::F*>(p)));
  return x;
}
INLAY_INLINE Vec::F set_now(const void* p) {
  Vec::F x;
  asm volatile("vbroadcastss %1, %0" : "=v"(x) : "m"(*static_cast<const float*>(p)));
  return x;
}
INLAY_INLINE void add_product_now(Vec::F& sum, Vec::F x, Vec::F y) {
  asm volatile("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(x), "v"(y));
}
INLAY_INLINE void prefetch_now(const void* p) {
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(p)));
}
#endif

// Steps of k that weights are asked for in advance, from the second-level cache to the first; not by tiles of so few
// rows that they do little else than load: the processor's own prefetching brings a half more without it.
constexpr int64_t kAhead = 16;
constexpr int kRowsThatOnlyLoad = 3;

// Rows of A where they lie. Three share a pointer (base, base + stride, base + 2 stride are addressing modes), so
// that the addresses of 14 rows fit the general registers.
template <int kRows>
struct RowsInPlace {
  static constexpr int kGroups = (kRows + 2) / 3;
  const char* groups[kGroups];
  ptrdiff_t stride;

  explicit RowsInPlace(const Tile& tile)
      : stride(tile.a_stride * static_cast<ptrdiff_t>(sizeof(float))) {
    INLAY_UNROLL for (int g = 0; g < kGroups; ++g) {
      groups[g] = reinterpret_cast<const char*>(tile.a + 3 * g * tile.a_stride);
    }
  }
  template <int kStep>
  INLAY_INLINE const void* element(const RowsInPlace& rows, int r) {
    return rows.groups[r / 3] + r % 3 * rows.stride + kStep * static_cast<int>(sizeof(float));
  }
  template <int kStep>
  INLAY_INLINE void prefetch(const RowsInPlace&) {}
  INLAY_INLINE void advance(RowsInPlace& rows, int steps) {
    INLAY_UNROLL for (int g = 0; g < kGroups; ++g) {
      rows.groups[g] += steps * static_cast<int>(sizeof(float));
      // Keeps the compiler from giving each row a pointer of its own, which would spill.
      asm volatile("" : "+r"(rows.groups[g]));
    }
    asm volatile("" : "+r"(rows.stride));
  }
};

// Rows of A as lay_out_rows leaves them: [k, kRows].
template <int kRows>
struct RowsInOrder {
  const float* at;

  explicit RowsInOrder(const Tile& tile) : at(tile.a) {}
  template <int kStep>
  INLAY_INLINE const void* element(const RowsInOrder& rows, int r) {
    return rows.at + kStep * kRows + r;
  }
  template <int kStep>
  INLAY_INLINE void prefetch(const RowsInOrder& rows) {
    prefetch_now(rows.at + (kStep + kAhead) * kRows);
  }
  INLAY_INLINE void advance(RowsInOrder& rows, int steps) { rows.at += steps * kRows; }
};

template <int kRows, int kPanels, template <int> class Rows = RowsInPlace>
struct TileLoop {
  static constexpr int kVectors = 2 * kPanels;
  // Cache lines of weights a step.
  static constexpr int kLinesOfPanel = kPanel * static_cast<int>(sizeof(float)) / 64;
  static constexpr int kLines = kLinesOfPanel * kPanels;

  template <int kStep>
  INLAY_INLINE void step(Vec::F (&sum)[kRows][kVectors], const Rows<kRows>& rows, const float* b,
                         int64_t b_stride) {
    Vec::F weights[kVectors];
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      weights[v] = load_now(b + v / 2 * b_stride + kStep * kPanel + v % 2 * Vec::kWidth);
    }
    INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
      const Vec::F x = set_now(Rows<kRows>::template element<kStep>(rows, r));
      INLAY_UNROLL for (int v = 0; v < kVectors; ++v) add_product_now(sum[r][v], x, weights[v]);
      INLAY_UNROLL for (int line = 0; line < kLines; ++line) {
        if (kRows <= kRowsThatOnlyLoad || r != kRows * (line + 1) / (kLines + 1)) continue;
        prefetch_now(b + line / kLinesOfPanel * b_stride + (kStep + kAhead) * kPanel +
                     line % kLinesOfPanel * 16);
      }
    }
    Rows<kRows>::template prefetch<kStep>(rows);
  }

  // `column`: of the turn's tile, from the first one's.
  INLAY_INLINE void begin(Vec::F (&sum)[kRows][kVectors], const Tile& tile, int64_t column) {
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      const Vec::F start =
          tile.bias ? Vec::load(tile.bias + column + v * Vec::kWidth) : Vec::zero();
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) sum[r][v] = start;
    }
    if (tile.row_bias) {
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
        INLAY_UNROLL for (int v = 0; v < kVectors; ++v) sum[r][v] = Vec::set(tile.row_bias[r]);
      }
    }
    if (tile.sums) {
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
        const float* row = tile.sums + r * tile.sums_stride + column;
        INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
          sum[r][v] = Vec::load(row + v * Vec::kWidth);
        }
      }
    }
  }

  // Not inlined: each height is compiled once and called from several loops.
  static __attribute__((noinline)) void run(const Tile& tile) {
    const int64_t b_stride = tile.b_stride;
    const char* next = tile.next;
    const int64_t next_step = tile.next_step;
    for (int64_t turn = 0; turn < tile.turns; ++turn) {
      Vec::F sum[kRows][kVectors];
      begin(sum, tile, turn * kPanel * kPanels);
      Rows<kRows> rows(tile);
      const float* b = tile.b + turn * kPanels * b_stride;
      int64_t k = tile.k;
      for (; k >= 4; k -= 4) {
        // Every second step: the processor brings lines of the second-level cache in pairs.
        _mm_prefetch(next, _MM_HINT_T1);
        step<0>(sum, rows, b, b_stride);
        step<1>(sum, rows, b, b_stride);
        _mm_prefetch(next + 2 * next_step, _MM_HINT_T1);
        step<2>(sum, rows, b, b_stride);
        step<3>(sum, rows, b, b_stride);
        next += 4 * next_step;
        b += 4 * kPanel;
        Rows<kRows>::advance(rows, 4);
      }
      for (; k > 0; --k) {
        step<0>(sum, rows, b, b_stride);
        b += kPanel;
        Rows<kRows>::advance(rows, 1);
      }
      float* c = tile.c + turn * kPanel * kPanels;
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
        INLAY_UNROLL for (int v = 0; v < kVectors; ++v) Vec::store(c + v * Vec::kWidth, sum[r][v]);
        c += tile.c_stride;
      }
    }
  }
};

// run_tile(rows, tile): one panel wide, 1 <= rows <= Vec::kGemmRows.
INLAY_INLINE void run_tile(int64_t rows, const Tile& tile) {
#if defined(__AVX512F__)
  kTilesAvx512[rows - 1](tile);
#else
  kTilesAvx2[rows - 1](tile);
#endif
}

// Rows that are cut into more than this many tiles are many; see gemm_inl.h.
constexpr int64_t kFewTiles = 4;
// The lowest tile that many rows are cut into.
constexpr int kLeastOfMany = (Vec::kGemmRows * kFewTiles + kFewTiles + 1) / (kFewTiles + 1);

// run_tile_in_order(rows, tile): the same over rows as lay_out_rows leaves them, kLeastOfMany <= rows.
INLAY_INLINE void run_tile_in_order(int64_t rows, const Tile& tile) {
#if defined(__AVX512F__)
  static_assert(kLeastOfMany >= 11 && Vec::kGemmRows == 14);
  static constexpr TileFn kRun[] = {
      TileLoop<11, 1, RowsInOrder>::run, TileLoop<12, 1, RowsInOrder>::run,
      TileLoop<13, 1, RowsInOrder>::run, TileLoop<14, 1, RowsInOrder>::run};
  kRun[rows - 11](tile);
#else
  static_assert(kLeastOfMany >= 5 && Vec::kGemmRows == 6);
  if (rows == 5)
    TileLoop<5, 1, RowsInOrder>::run(tile);
  else
    TileLoop<6, 1, RowsInOrder>::run(tile);
#endif
}

// So few rows that one panel's sums would wait for each other: several panels at once. The widest tile
// of `rows` rows is wide_panels(rows) panels, 1 for more than 3 rows.
constexpr int64_t kWidestTile = 4 * kPanel;
INLAY_INLINE int64_t wide_panels(int64_t rows) { return rows == 1 ? 4 : rows <= 3 ? 2 : 1; }
INLAY_INLINE void run_wide_tile(int64_t rows, const Tile& tile) {
  if (rows == 1)
    TileLoop<1, 4>::run(tile);
  else if (rows == 2)
    TileLoop<2, 2>::run(tile);
  else
    TileLoop<3, 2>::run(tile);
}

// The height of the tiles that `rows` rows are best cut into: as few tiles as possible, all but equal.
INLAY_INLINE int64_t tile_count(int64_t rows) {
  return (rows + Vec::kGemmRows - 1) / Vec::kGemmRows;
}
INLAY_INLINE int64_t tile_begin(int64_t rows, int64_t tiles, int64_t i) { return rows * i / tiles; }

}  // namespace
}  // namespace inlay::kernels
