// C = activation(A B + bias) + residual over packed weights; see gemm.h.
//
// Many rows: columns in blocks whose weights fit the second-level cache; in a block, a tile of rows goes
// over all panels, so its rows of A stay close and the weights stream from that cache.
// Few rows (at most kFewTiles tiles): panel by panel, all rows on each, so that every weight comes from
// memory once; while a panel is used, the next one is asked for in even steps.
#pragma once

#include "kernels/x86/activation_inl.h"
#include "kernels/x86/pack_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kBlockBytes = 512 * 1024;
constexpr int64_t kFewTiles = 4;

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
    for (int64_t column = column_begin; column < column_end; column += kPanel) {
      const float* panel = args.b_packed + column * args.k;
      gemm_tile(args, row, height, column, 1, reinterpret_cast<const char*>(panel), 0);
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
