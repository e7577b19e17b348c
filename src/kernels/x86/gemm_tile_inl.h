// The inner loop of every product: a tile of up to Vec::kGemmRows rows x 2 vectors in registers.
//
// A is read where it lies, row by row; B comes in panels of kPanel columns, [k, kPanel]. Each element is
// one chain of fused multiply-adds over k, whatever the tile, so tiles of any height agree to the bit.
#pragma once

#include <stddef.h>

namespace inlay::kernels {
namespace {

constexpr int64_t kPanel = 2 * Vec::kWidth;

struct Tile {
  const float* a;
  int64_t a_stride;
  const float* b;     // a panel, 64-byte aligned
  int64_t b_stride;   // from panel to panel, for tiles that are several panels wide
  const float* bias;  // as many as the tile has columns, or null
  float* c;
  int64_t c_stride;
  int64_t k;
  // What the weights' next reader will want: asked for while this tile computes, `next_step` bytes a k.
  const char* next;
  int64_t next_step;
  const float* row_bias = nullptr;  // one a row, instead of `bias`
};

// Steps of k that weights are asked for in advance, from the second-level cache to the first.
constexpr int64_t kAhead = 16;

template <int kRows, int kPanels>
struct TileLoop {
  static constexpr int kVectors = 2 * kPanels;
  static constexpr int kGroups = (kRows + 2) / 3;

  // Three rows share a pointer (base, base + stride, base + 2 stride are addressing modes), so that the
  // addresses of 14 rows fit the general registers.
  template <int kStep>
  INLAY_INLINE void step(Vec::F (&sum)[kRows][kVectors], const char* const (&a)[kGroups],
                         ptrdiff_t stride, const float* b, int64_t b_stride) {
    Vec::F weights[kVectors];
    INLAY_UNROLL for (int p = 0; p < kPanels; ++p) {
      const float* row = b + p * b_stride + kStep * kPanel;
      weights[2 * p] = Vec::load(row);
      weights[2 * p + 1] = Vec::load(row + Vec::kWidth);
      _mm_prefetch(reinterpret_cast<const char*>(row + kAhead * kPanel), _MM_HINT_T0);
      if (Vec::kWidth == 16) {
        _mm_prefetch(reinterpret_cast<const char*>(row + kAhead * kPanel + 16), _MM_HINT_T0);
      }
    }
    INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
      const char* element = a[r / 3] + r % 3 * stride + kStep * static_cast<int>(sizeof(float));
      const Vec::F x = Vec::set(*reinterpret_cast<const float*>(element));
      INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
        sum[r][v] = Vec::fma(x, weights[v], sum[r][v]);
      }
    }
  }

  // Not inlined: each height is compiled once and called from several loops.
  static __attribute__((noinline)) void run(const Tile& tile) {
    Vec::F sum[kRows][kVectors];
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      const Vec::F start = tile.bias ? Vec::load(tile.bias + v * Vec::kWidth) : Vec::zero();
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) sum[r][v] = start;
    }
    if (tile.row_bias) {
      INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
        INLAY_UNROLL for (int v = 0; v < kVectors; ++v) sum[r][v] = Vec::set(tile.row_bias[r]);
      }
    }
    ptrdiff_t stride = tile.a_stride * static_cast<ptrdiff_t>(sizeof(float));
    const char* a[kGroups];
    INLAY_UNROLL for (int g = 0; g < kGroups; ++g) {
      a[g] = reinterpret_cast<const char*>(tile.a + 3 * g * tile.a_stride);
    }
    const float* b = tile.b;
    const int64_t b_stride = tile.b_stride;
    const char* next = tile.next;
    const int64_t next_step = tile.next_step;
    int64_t k = tile.k;
    for (; k >= 4; k -= 4) {
      // Keeps the compiler from giving each row a pointer of its own, which would spill.
      INLAY_UNROLL for (int g = 0; g < kGroups; ++g) asm volatile("" : "+r"(a[g]));
      asm volatile("" : "+r"(stride));
      // Every second step: the processor brings lines of the second-level cache in pairs.
      _mm_prefetch(next, _MM_HINT_T1);
      step<0>(sum, a, stride, b, b_stride);
      step<1>(sum, a, stride, b, b_stride);
      _mm_prefetch(next + 2 * next_step, _MM_HINT_T1);
      step<2>(sum, a, stride, b, b_stride);
      step<3>(sum, a, stride, b, b_stride);
      next += 4 * next_step;
      b += 4 * kPanel;
      INLAY_UNROLL for (int g = 0; g < kGroups; ++g) a[g] += 4 * sizeof(float);
    }
    for (; k > 0; --k) {
      step<0>(sum, a, stride, b, b_stride);
      b += kPanel;
      INLAY_UNROLL for (int g = 0; g < kGroups; ++g) a[g] += sizeof(float);
    }
    float* c = tile.c;
    INLAY_UNROLL for (int r = 0; r < kRows; ++r) {
      INLAY_UNROLL for (int v = 0; v < kVectors; ++v) Vec::store(c + v * Vec::kWidth, sum[r][v]);
      c += tile.c_stride;
    }
  }
};

using TileFn = void (*)(const Tile&);

// run_tile(rows, tile): one panel wide, 1 <= rows <= Vec::kGemmRows.
template <int... kRows>
struct TileTable {
  static constexpr TileFn kRun[] = {TileLoop<kRows, 1>::run...};
};
#if defined(__AVX512F__)
using Tiles = TileTable<1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14>;
#else
using Tiles = TileTable<1, 2, 3, 4, 5, 6>;
#endif

INLAY_INLINE void run_tile(int64_t rows, const Tile& tile) { Tiles::kRun[rows - 1](tile); }

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
