// Weights into panels: [k, n] from any strides to panels of kPanel columns, [k, kPanel] each.
#pragma once

#include "kernels/gemm.h"
#include "kernels/x86/gemm_tile_inl.h"

namespace inlay::kernels {
namespace {

// How far ahead of use a column's elements are asked for: the system's own prefetching does not keep up
// with so many streams.
constexpr int64_t kPackAhead = 128;

// The destination's rows are kPanel apart; `count` columns are written.
inline void pack_any(const PackSource& s, int64_t column, int64_t count, float* to) {
  for (int64_t k = 0; k < s.k; ++k) {
    const float* from = s.data + k * s.k_stride + column * s.n_stride;
    for (int64_t n = 0; n < count; ++n) to[k * kPanel + n] = s.scale * from[n * s.n_stride];
  }
}

// One vector of columns whose elements lie side by side in the source (n_stride 1).
inline void pack_rows(const PackSource& s, int64_t column, float* to) {
  const Vec::F scale = Vec::set(s.scale);
  const float* from = s.data + column;
  for (int64_t k = 0; k < s.k; ++k) {
    Vec::store(to + k * kPanel, Vec::mul(scale, Vec::load(from + k * s.k_stride)));
  }
}

// At most a vector of columns, each of which lies in one piece (k_stride 1): square blocks through
// registers. kPad: the vector's other columns become 0; otherwise they stay as they are.
template <bool kPad>
void pack_columns(const PackSource& s, int64_t column, int64_t count, float* to) {
  constexpr int64_t kW = Vec::kWidth;
  const Vec::F scale = Vec::set(s.scale);
  const float* from = s.data + column * s.n_stride;
  for (int64_t k = 0; k < s.k; k += kW) {
    const int64_t depth = s.k - k < kW ? s.k - k : kW;
    Vec::F block[kW];
    INLAY_UNROLL for (int64_t i = 0; i < kW; ++i) {
      const float* p = from + i * s.n_stride + k;
      __builtin_prefetch(p + kPackAhead);
      block[i] = Vec::zero();
      if (i >= count) continue;
      if (depth == kW)
        block[i] = Vec::mul(scale, Vec::load(p));
      else
        block[i] = Vec::mul(scale, Vec::load_first(p, depth));
    }
    Vec::transpose(block);
    INLAY_UNROLL for (int64_t i = 0; i < kW; ++i) {
      if (i >= depth) continue;
      if (kPad || count == kW)
        Vec::store(to + (k + i) * kPanel, block[i]);
      else
        Vec::store_first(to + (k + i) * kPanel, block[i], count);
    }
  }
}

// Columns [column, column + count) of the source, at most a vector of them, to `to`.
inline void pack_vector(const PackSource& s, int64_t column, int64_t count, float* to) {
  if (count == Vec::kWidth && s.n_stride == 1) return pack_rows(s, column, to);
  if (s.k_stride == 1) return pack_columns<false>(s, column, count, to);
  pack_any(s, column, count, to);
}

inline void zero_columns(float* panel, int64_t k_total, int64_t begin, int64_t end) {
  for (int64_t k = 0; k < k_total; ++k) {
    for (int64_t n = begin; n < end; ++n) panel[k * kPanel + n] = 0;
  }
}

inline void run_pack(const PackSource& source, int64_t k_total, int64_t n_total,
                     int64_t column_begin, int64_t column_end, float* packed) {
  int64_t column = column_begin;
  while (column < column_end) {
    const int64_t target = source.n_offset + column;
    int64_t count = Vec::kWidth - target % Vec::kWidth;
    if (count > column_end - column) count = column_end - column;
    float* panel = packed + target / kPanel * kPanel * k_total;
    pack_vector(source, column, count, panel + target % kPanel);
    column += count;
  }
  const int64_t used = n_total % kPanel;
  if (column_begin < column_end && source.n_offset + column_end == n_total && used != 0) {
    zero_columns(packed + (n_total - used) * k_total, k_total, used, kPanel);
  }
}

inline int64_t packed_bytes(int64_t k, int64_t n) {
  return (n + kPanel - 1) / kPanel * kPanel * k * static_cast<int64_t>(sizeof(float));
}

}  // namespace
}  // namespace inlay::kernels
