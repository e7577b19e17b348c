// A tile of a product of matrices, and the loops over it that products and attention share: one table for each
// instruction set, defined in gemm_<isa>.cc.
#pragma once

#include <stdint.h>

namespace inlay::kernels {

struct Tile {
  const float* a;
  int64_t a_stride;  // of rows where they lie
  const float* b;    // a panel, 64-byte aligned
  int64_t
      b_stride;  // from panel to panel, for tiles that are several panels wide, or several turns
  const float* bias;  // as many as the tile has columns, or null
  float* c;
  int64_t c_stride;
  int64_t k;
  // What the weights' next reader will want: asked for while this tile computes, `next_step` bytes a k.
  const char* next;
  int64_t next_step;
  const float* row_bias = nullptr;  // one a row, instead of `bias`
  // What the chains have come to, in rows of `sums_stride`, instead of biases.
  const float* sums = nullptr;
  int64_t sums_stride = 0;
  // Tiles side by side, one after the other: the same rows of A with the next panels of B.
  int64_t turns = 1;
};

using TileFn = void (*)(const Tile&);

// [i] is for i + 1 rows.
extern const TileFn kTilesAvx512[14];
extern const TileFn kTilesAvx2[6];

}  // namespace inlay::kernels
