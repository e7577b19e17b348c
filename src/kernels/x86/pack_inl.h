// Weights into panels: [k, n] from any strides to panels of kPanel columns, [k, kPanel] each.
#pragma once

#include "kernels/gemm.h"
#include "kernels/x86/element_inl.h"
#include "kernels/x86/gemm_tile_inl.h"

namespace inlay::kernels {
namespace {

// How far ahead of use a column's elements are asked for: the system's own prefetching does not keep up
// with so many streams.
constexpr int64_t kPackAhead = 128;

// Columns [column, column + count) of the source, at most a vector of them, to `to`, whose rows are
// kPanel apart.
template <class Type>
struct Packer {
  using Stored = typename Type::Stored;

  // From any strides.
  static void pack_any(const PackSource& s, const Stored* from, int64_t count, float* to) {
    for (int64_t k = 0; k < s.k; ++k) {
      for (int64_t n = 0; n < count; ++n) {
        float one[Vec::kWidth];
        Vec::store(one, Type::load_first(from + k * s.k_stride + n * s.n_stride, 1));
        to[k * kPanel + n] = s.scale * one[0];
      }
    }
  }

  // A whole vector of columns whose elements lie side by side (n_stride 1).
  static void pack_rows(const PackSource& s, const Stored* from, float* to) {
    const Vec::F scale = Vec::set(s.scale);
    for (int64_t k = 0; k < s.k; ++k) {
      Vec::store(to + k * kPanel, Vec::mul(scale, Type::load(from + k * s.k_stride)));
    }
  }

  // Columns that each lie in one piece (k_stride 1): square blocks through registers. kPad: the vector's
  // other columns become 0; otherwise they stay as they are.
  template <bool kPad>
  static void pack_columns(const PackSource& s, const Stored* from, int64_t count, float* to) {
    constexpr int64_t kW = Vec::kWidth;
    const Vec::F scale = Vec::set(s.scale);
    for (int64_t k = 0; k < s.k; k += kW) {
      const int64_t depth = s.k - k < kW ? s.k - k : kW;
      Vec::F block[kW];
      INLAY_UNROLL for (int64_t i = 0; i < kW; ++i) {
        const Stored* p = from + i * s.n_stride + k;
        __builtin_prefetch(p + kPackAhead);
        block[i] = Vec::zero();
        if (i >= count) continue;
        if (depth == kW)
          block[i] = Vec::mul(scale, Type::load(p));
        else
          block[i] = Vec::mul(scale, Type::load_first(p, depth));
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

  static void pack(const PackSource& s, int64_t column, int64_t count, float* to) {
    const Stored* from = static_cast<const Stored*>(s.data) + column * s.n_stride;
    if (count == Vec::kWidth && s.n_stride == 1) return pack_rows(s, from, to);
    if (s.k_stride == 1) return pack_columns<false>(s, from, count, to);
    pack_any(s, from, count, to);
  }
};

inline void pack_vector(const PackSource& s, int64_t column, int64_t count, float* to) {
  switch (s.element) {
    case Element::kF32: return Packer<F32>::pack(s, column, count, to);
    case Element::kF16: return Packer<F16>::pack(s, column, count, to);
    case Element::kBf16: return Packer<Bf16>::pack(s, column, count, to);
  }
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
