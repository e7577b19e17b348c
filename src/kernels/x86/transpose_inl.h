// Square blocks over one Vec; see transpose.h.
#pragma once

#include <stdint.h>

namespace inlay::kernels {
namespace {

INLAY_INLINE void transpose_block(const float* src, int64_t src_stride, float* dst,
                                  int64_t dst_stride) {
  Vec::F rows[Vec::kWidth];
  INLAY_UNROLL for (int i = 0; i < Vec::kWidth; ++i) rows[i] = Vec::load(src + i * src_stride);
  Vec::transpose(rows);
  INLAY_UNROLL for (int i = 0; i < Vec::kWidth; ++i) Vec::store(dst + i * dst_stride, rows[i]);
}

// A block at an edge goes through whole ones.
inline void transpose_edge(const float* src, int64_t src_stride, float* dst, int64_t dst_stride,
                           int64_t rows, int64_t columns) {
  constexpr int64_t kW = Vec::kWidth;
  float in[kW * kW], out[kW * kW];
  rows = rows < kW ? rows : kW;
  columns = columns < kW ? columns : kW;
  for (int64_t i = 0; i < kW; ++i)
    Vec::store(in + i * kW, i < columns ? Vec::get(src + i * src_stride, rows) : Vec::zero());
  transpose_block(in, kW, out, kW);
  for (int64_t i = 0; i < rows; ++i)
    Vec::put(dst + i * dst_stride, Vec::load(out + i * kW), columns);
}

inline void transpose_rows(const float* src, int64_t src_stride, float* dst, int64_t dst_stride,
                           int64_t rows, int64_t columns) {
  constexpr int64_t kW = Vec::kWidth;
  for (int64_t r = 0; r < rows; r += kW) {
    for (int64_t c = 0; c < columns; c += kW) {
      const float* from = src + c * src_stride + r;
      float* to = dst + r * dst_stride + c;
      if (r + kW <= rows && c + kW <= columns)
        transpose_block(from, src_stride, to, dst_stride);
      else
        transpose_edge(from, src_stride, to, dst_stride, rows - r, columns - c);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
