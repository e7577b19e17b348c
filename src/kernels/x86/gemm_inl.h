// C = activation(A B + bias) + residual over packed weights; see gemm.h.
//
// Many rows: columns in blocks whose weights fit the second-level cache; in a block, a tile of rows goes
// over all panels, so its rows of A stay close and the weights stream from that cache.
// Many long rows: pieces of them are laid out tile by tile in the second-level cache (read where they lie, a
// tile's rows would push each other out of the first-level cache: it has eight lines for addresses that are 4096
// bytes apart), and each panel goes over all of them while the next one is asked for. C holds what the chains have
// come to from piece to piece.
// Few rows (at most kFewTiles tiles): panel by panel, all rows on each, so that every weight comes from
// memory once; while a panel is used, the next one is asked for in even steps.
#pragma once

#include "kernels/x86/activation_inl.h"
#include "kernels/x86/pack_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kBlockBytes = 512 * 1024;
// Of rows that are laid out: elements of a piece, and bytes of the tiles that each panel goes over.
constexpr int64_t kPieceDepth = 1024;
constexpr int64_t kLaidOutBytes = 640 * 1024;

// A tile's place in C: `panels` panels wide, of which the last may be cut by n.
struct TilePlace {
  int64_t row, rows, column, columns;
  int64_t stride;  // of the tile's sums
};

template <class Op, bool kResidualFirst>
void finish_rows(const GemmArgs& args, const float* sums, const TilePlace& at) {
  for (int64_t r = 0; r < at.rows; ++r) {
    float* c = args.c + (at.row + r) * args.c_stride + at.column;
    const int64_t offset = (at.row + r) * args.residual_stride + at.column;
    const float* residual = args.residual ? args.residual + offset : nullptr;
    for (int64_t i = 0; i < at.columns; i += Vec::kWidth) {
      Vec::F y = Vec::load(sums + r * at.stride + i);
      if (kResidualFirst && residual) y = Vec::add(y, Vec::get(residual + i, at.columns - i));
      y = Op::template apply<Vec>(y);
      if (!kResidualFirst && residual) y = Vec::add(y, Vec::get(residual + i, at.columns - i));
      Vec::put(c + i, y, at.columns - i);
    }
  }
}

template <class Op>
void finish_with(const GemmArgs& args, const float* sums, const TilePlace& at) {
  if (args.residual_first)
    finish_rows<Op, true>(args, sums, at);
  else
    finish_rows<Op, false>(args, sums, at);
}

// From a tile's sums to C.
inline void finish(const GemmArgs& args, const float* sums, const TilePlace& at) {
  switch (args.activation) {
    case Activation::kNone: return finish_with<Identity>(args, sums, at);
    case Activation::kRelu: return finish_with<Relu>(args, sums, at);
    case Activation::kGeluErf: return finish_with<GeluErf>(args, sums, at);
    case Activation::kGeluTanh: return finish_with<GeluTanh>(args, sums, at);
    case Activation::kTanh: return finish_with<Tanh>(args, sums, at);
    case Activation::kSigmoid: return finish_with<Sigmoid>(args, sums, at);
    case Activation::kSilu: return finish_with<Silu>(args, sums, at);
  }
}

// Rows [row, row + rows) of `panels` panels from `column` on; asks for `next` on the way.
inline void gemm_tile(const GemmArgs& args, int64_t row, int64_t rows, int64_t column,
                      int64_t panels, const char* next, int64_t next_step) {
  alignas(64) float sums[Vec::kGemmRows * kPanel];
  alignas(64) float last_bias[kWidestTile];
  const int64_t width = panels * kPanel;
  const TilePlace at = {row, rows, column, args.n - column < width ? args.n - column : width,
                        width};
  const float* bias = args.bias ? args.bias + column : nullptr;
  if (bias && at.columns < width) {
    for (int64_t i = 0; i < width; ++i) last_bias[i] = i < at.columns ? bias[i] : 0.0f;
    bias = last_bias;
  }
  const bool direct = at.columns == width && !args.residual && args.activation == Activation::kNone;
  const Tile tile = {args.a + row * args.a_stride,
                     args.a_stride,
                     args.b_packed + column * args.k,
                     kPanel * args.k,
                     bias,
                     direct ? args.c + row * args.c_stride + column : sums,
                     direct ? args.c_stride : width,
                     args.k,
                     next,
                     next_step,
                     args.row_bias ? args.row_bias + row : nullptr};
  if (panels == 1)
    run_tile(rows, tile);
  else
    run_wide_tile(rows, tile);
  if (!direct) finish(args, sums, at);
}

inline void gemm_many_rows(const GemmArgs& args, int64_t row_begin, int64_t row_end,
                           int64_t column_begin, int64_t column_end) {
  const int64_t rows = row_end - row_begin, tiles = tile_count(rows);
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t row = row_begin + tile_begin(rows, tiles, t);
    const int64_t height = row_begin + tile_begin(rows, tiles, t + 1) - row;
    if (args.stop()) return;
    for (int64_t column = column_begin; column < column_end; column += kPanel) {
      const float* panel = args.b_packed + column * args.k;
      gemm_tile(args, row, height, column, 1, reinterpret_cast<const char*>(panel), 0);
    }
  }
}

// Whether rows are worth laying out: they are long, or a tile's rows lie a multiple of 4096 bytes apart.
INLAY_INLINE bool lays_out_rows(int64_t rows, int64_t k) {
  return tile_count(rows) > kFewTiles && (k > 2 * kPieceDepth || k % 1024 == 0) && k > 0;
}

INLAY_INLINE int64_t piece_depth(int64_t k) {
  const int64_t pieces = (k + kPieceDepth - 1) / kPieceDepth;
  return ((k + pieces - 1) / pieces + Vec::kWidth - 1) / Vec::kWidth * Vec::kWidth;
}

INLAY_INLINE int64_t tile_floats(int64_t depth) { return depth * Vec::kGemmRows; }

// Tiles that are laid out at once.
INLAY_INLINE int64_t laid_out_tiles(int64_t depth) {
  const int64_t tiles = kLaidOutBytes / (tile_floats(depth) * static_cast<int64_t>(sizeof(float)));
  return tiles > 1 ? tiles : 1;
}

inline int64_t row_memory_bytes(int64_t m, int64_t k) {
  if (!lays_out_rows(m, k)) return 0;
  const int64_t depth = piece_depth(k), most = laid_out_tiles(depth);
  const int64_t tiles = tile_count(m) < most ? tile_count(m) : most;
  return (tiles * tile_floats(depth) + Vec::kWidth) * static_cast<int64_t>(sizeof(float));
}

// Rows of `depth` elements to [depth, rows]. May write a vector's width beyond them.
inline void lay_out_rows(const float* a, int64_t stride, int64_t rows, int64_t depth, float* to) {
  for (int64_t k = 0; k < depth; k += Vec::kWidth) {
    const int64_t count = depth - k < Vec::kWidth ? depth - k : Vec::kWidth;
    Vec::F block[Vec::kWidth];
    INLAY_UNROLL for (int64_t r = 0; r < Vec::kWidth; ++r) {
      block[r] = r < rows ? Vec::get(a + r * stride + k, count) : Vec::zero();
    }
    Vec::transpose(block);
    INLAY_UNROLL for (int64_t i = 0; i < Vec::kWidth; ++i) {
      if (i < count) Vec::store(to + (k + i) * rows, block[i]);
    }
  }
}

// A piece of k of some tiles' rows.
struct LaidOut {
  int64_t row_begin, rows, tiles;  // of the whole product
  int64_t first, last;             // tiles of these
  int64_t k, depth;

  int64_t row(int64_t tile) const { return row_begin + tile_begin(rows, tiles, tile); }
};

inline void panel_over_tiles(const GemmArgs& args, const LaidOut& piece, int64_t column) {
  alignas(64) float sums[Vec::kGemmRows * kPanel];
  const bool starts = piece.k == 0, ends = piece.k + piece.depth == args.k;
  const bool direct = !ends || (!args.residual && args.activation == Activation::kNone);
  const float* panel = args.b_packed + column * args.k + piece.k * kPanel;
  const char* next = reinterpret_cast<const char*>(panel + args.k * kPanel);
  const int64_t next_step =
      kPanel * static_cast<int64_t>(sizeof(float)) / (piece.last - piece.first);
  const float* rows = args.row_memory;
  for (int64_t t = piece.first; t < piece.last; ++t) {
    const int64_t row = piece.row(t), height = piece.row(t + 1) - row;
    float* c = args.c + row * args.c_stride + column;
    Tile tile = {rows,
                 0,
                 panel,
                 0,
                 starts && args.bias ? args.bias + column : nullptr,
                 direct ? c : sums,
                 direct ? args.c_stride : kPanel,
                 piece.depth,
                 next,
                 next_step,
                 starts && args.row_bias ? args.row_bias + row : nullptr};
    if (!starts) tile.sums = c;
    tile.sums_stride = args.c_stride;
    run_tile_in_order(height, tile);
    if (!direct) finish(args, sums, {row, height, column, kPanel, kPanel});
    rows += tile_floats(piece.depth);
    next += piece.depth * next_step;
  }
}

// Whole panels alone.
inline void gemm_long_rows(const GemmArgs& args, int64_t row_begin, int64_t row_end,
                           int64_t column_begin, int64_t column_end) {
  const int64_t rows = row_end - row_begin, tiles = tile_count(rows);
  const int64_t depth = piece_depth(args.k), at_once = laid_out_tiles(depth);
  for (int64_t first = 0; first < tiles; first += at_once) {
    const int64_t last = tiles - first < at_once ? tiles : first + at_once;
    for (int64_t k = 0; k < args.k; k += depth) {
      const LaidOut piece = {
          row_begin, rows, tiles, first, last, k, args.k - k < depth ? args.k - k : depth};
      float* to = args.row_memory;
      for (int64_t t = first; t < last; ++t) {
        lay_out_rows(args.a + piece.row(t) * args.a_stride + k, args.a_stride,
                     piece.row(t + 1) - piece.row(t), piece.depth, to);
        to += tile_floats(piece.depth);
      }
      for (int64_t column = column_begin; column < column_end; column += kPanel) {
        if (args.stop()) return;
        panel_over_tiles(args, piece, column);
      }
    }
  }
}

inline void gemm_few_rows(const GemmArgs& args, int64_t row_begin, int64_t row_end,
                          int64_t column_begin, int64_t column_end) {
  const int64_t rows = row_end - row_begin, tiles = tile_count(rows);
  const int64_t step = kPanel * static_cast<int64_t>(sizeof(float)) / tiles;
  int64_t panels;
  for (int64_t column = column_begin; column < column_end; column += panels * kPanel) {
    const int64_t left = (column_end - column + kPanel - 1) / kPanel;
    panels = left < wide_panels(rows) ? 1 : wide_panels(rows);
    const float* following = args.b_packed + (column + panels * kPanel) * args.k;
    const char* next = reinterpret_cast<const char*>(following);
    if (args.stop()) return;
    for (int64_t t = 0; t < tiles; ++t) {
      const int64_t row = row_begin + tile_begin(rows, tiles, t);
      const int64_t height = row_begin + tile_begin(rows, tiles, t + 1) - row;
      gemm_tile(args, row, height, column, panels, next, step);
      next += args.k * step;
    }
  }
}

inline void run_gemm(const GemmArgs& args, int64_t row_begin, int64_t row_end, int64_t column_begin,
                     int64_t column_end) {
  if (row_begin >= row_end) return;
  if (tile_count(row_end - row_begin) <= kFewTiles) {
    return gemm_few_rows(args, row_begin, row_end, column_begin, column_end);
  }
  if (args.row_memory && lays_out_rows(row_end - row_begin, args.k)) {
    const int64_t whole_end = column_begin + (column_end - column_begin) / kPanel * kPanel;
    gemm_long_rows(args, row_begin, row_end, column_begin, whole_end);
    column_begin = whole_end;
  }
  const int64_t panel_bytes = packed_bytes(args.k, kPanel);
  int64_t width = panel_bytes > 0 ? kBlockBytes / panel_bytes * kPanel : kPanel;
  if (width < kPanel) width = kPanel;
  for (int64_t column = column_begin; column < column_end; column += width) {
    const int64_t end = column_end - column < width ? column_end : column + width;
    gemm_many_rows(args, row_begin, row_end, column, end);
  }
}

}  // namespace
}  // namespace inlay::kernels
