// Sliding windows over one Vec; see window_rows.h. Several vectors at a time hide the additions' latency.
#pragma once

#include "kernels/window_rows.h"
#include "kernels/x86/copy_inl.h"

namespace inlay::kernels {
namespace {

struct WeightedSum {
  INLAY_INLINE Vec::F next(const WindowRow& row, int64_t t, Vec::F x, Vec::F sum) {
    return Vec::fma(Vec::set(row.weights[t]), x, sum);
  }
};
struct Highest {
  INLAY_INLINE Vec::F next(const WindowRow&, int64_t, Vec::F x, Vec::F best) {
    return Vec::max(x, best);
  }
};

// kVectors vectors from output i on, of which the last has `last` elements.
template <class Op, int kVectors>
void window_vectors(const WindowRow& row, int64_t i, int64_t last) {
  Vec::F sum[kVectors];
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) sum[v] = Vec::set(row.start);
  for (int64_t t = 0; t < row.taps; ++t) {
    const float* x = row.x + row.offsets[t] + i;
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      const Vec::F from =
          v + 1 < kVectors ? Vec::load(x + v * Vec::kWidth) : Vec::get(x + v * Vec::kWidth, last);
      sum[v] = Op::next(row, t, from, sum[v]);
    }
  }
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
    float* y = row.y + i + v * Vec::kWidth;
    if (v + 1 < kVectors)
      Vec::store(y, sum[v]);
    else
      Vec::put(y, sum[v], last);
  }
}

template <class Op>
void window_row(const WindowRow& row) {
  constexpr int64_t kW = Vec::kWidth;
  int64_t i = 0;
  for (; i + 4 * kW <= row.n; i += 4 * kW) window_vectors<Op, 4>(row, i, kW);
  const int64_t left = row.n - i;
  if (left > 3 * kW)
    window_vectors<Op, 4>(row, i, left - 3 * kW);
  else if (left > 2 * kW)
    window_vectors<Op, 3>(row, i, left - 2 * kW);
  else if (left > kW)
    window_vectors<Op, 2>(row, i, left - kW);
  else if (left > 0)
    window_vectors<Op, 1>(row, i, left);
}

inline void weighted_sum(const WindowRow& row) { window_row<WeightedSum>(row); }
inline void highest(const WindowRow& row) { window_row<Highest>(row); }

// x[index[i]] for the first n, 0 where the index is negative. Where indices ascend, those of one vector may be
// elements of one or two vectors of x. Else elements are loaded one by one: gathers are no quicker on most
// processors, and far slower where they had to be mended.
#if defined(__AVX512F__)
INLAY_INLINE __m128 pick_four(const float* x, const int32_t* index) {
  return _mm_set_ps(x[index[3]], x[index[2]], x[index[1]], x[index[0]]);
}
INLAY_INLINE Vec::F pick(const float* x, const int32_t* index, int64_t n, bool ascending) {
  const Vec::Mask real = Vec::first(n);
  const __m512i at = _mm512_maskz_loadu_epi32(real, index);
  if (ascending) {
    const int32_t begin = index[0], count = index[n - 1] - begin + 1;
    const __m512i from_begin = _mm512_sub_epi32(at, _mm512_set1_epi32(begin));
    const Vec::F low = Vec::load_first(x + begin, count < 16 ? count : 16);
    if (count <= 16) return _mm512_permutexvar_ps(from_begin, low);
    if (count <= 32) {
      const Vec::F high = Vec::load_first(x + begin + 16, count - 16);
      return _mm512_permutex2var_ps(low, from_begin, high);
    }
  }
  alignas(64) int32_t lanes[16];
  _mm512_store_si512(lanes, _mm512_max_epi32(at, _mm512_setzero_si512()));
  const __m256 low = _mm256_set_m128(pick_four(x, lanes + 4), pick_four(x, lanes));
  const __m256 high = _mm256_set_m128(pick_four(x, lanes + 12), pick_four(x, lanes + 8));
  const Vec::F all = _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
  const auto wanted = static_cast<Vec::Mask>(~_mm512_movepi32_mask(at));
  return _mm512_maskz_mov_ps(wanted, all);
}
#else
INLAY_INLINE __m128 pick_four(const float* x, const int32_t* index) {
  return _mm_set_ps(x[index[3]], x[index[2]], x[index[1]], x[index[0]]);
}
INLAY_INLINE Vec::F pick(const float* x, const int32_t* index, int64_t n, bool ascending) {
  const __m256i at = _mm256_maskload_epi32(index, Vec::first(n));
  if (ascending) {
    const int32_t begin = index[0], count = index[n - 1] - begin + 1;
    const __m256i from_begin = _mm256_sub_epi32(at, _mm256_set1_epi32(begin));
    const Vec::F low =
        _mm256_permutevar8x32_ps(Vec::load_first(x + begin, count < 8 ? count : 8), from_begin);
    if (count <= 8) return low;
    if (count <= 16) {
      const Vec::F high =
          _mm256_permutevar8x32_ps(Vec::load_first(x + begin + 8, count - 8), from_begin);
      const __m256i behind = _mm256_cmpgt_epi32(from_begin, _mm256_set1_epi32(7));
      return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(behind));
    }
  }
  alignas(32) int32_t lanes[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes),
                     _mm256_max_epi32(at, _mm256_setzero_si256()));
  const Vec::F all = _mm256_set_m128(pick_four(x, lanes + 4), pick_four(x, lanes));
  return _mm256_andnot_ps(_mm256_castsi256_ps(_mm256_srai_epi32(at, 31)), all);
}
#endif

// kVectors vectors from output i on.
template <int kVectors>
void picked_vectors(const PickedRow& row, int64_t i, int64_t last) {
  constexpr int64_t kW = Vec::kWidth;
  Vec::F sum[kVectors];
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
    sum[v] = row.weights ? Vec::zero() : pick(row.x, row.index + i + v * kW, last, row.ascending);
  }
  for (int64_t t = 0; row.weights && t < row.taps; ++t) {
    const int32_t* index = row.index + t * row.pitch + i;
    const float* weights = row.weights + t * row.pitch + i;
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      sum[v] = Vec::fma(Vec::get(weights + v * kW, last),
                        pick(row.x, index + v * kW, last, row.ascending), sum[v]);
    }
  }
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) Vec::put(row.y + i + v * kW, sum[v], last);
}

inline void picked_sum(const PickedRow& row) {
  constexpr int64_t kW = Vec::kWidth;
  int64_t i = 0;
  for (; i + 2 * kW <= row.n; i += 2 * kW) picked_vectors<2>(row, i, kW);
  for (; i < row.n; i += kW) picked_vectors<1>(row, i, row.n - i < kW ? row.n - i : kW);
}

inline void transpose_rows(const TransposedRows& rows) {
  constexpr int64_t kW = Vec::kWidth;
  for (int64_t r = 0; r < rows.rows; r += kW) {
    const int64_t height = rows.rows - r < kW ? rows.rows - r : kW;
    for (int64_t c = 0; c < rows.columns; c += kW) {
      const int64_t width = rows.columns - c < kW ? rows.columns - c : kW;
      Vec::F block[kW];
      for (int64_t i = 0; i < kW; ++i) {
        const float* x = rows.x + (r + i) * rows.x_stride + c;
        block[i] = i < height ? Vec::get(x, width) : Vec::zero();
      }
      Vec::transpose(block);
      for (int64_t i = 0; i < width; ++i) {
        Vec::put(rows.y + (c + i) * rows.y_stride + r, block[i], height);
      }
    }
  }
}

inline void pad_row(const PaddedRow& row) {
  fill_floats(row.y, row.around, row.begin);
  if (row.begin < row.end) {
    copy_floats(row.x, row.step, row.y + row.begin, row.end - row.begin);
  }
  fill_floats(row.y + row.end, row.around, row.n - row.end);
}

}  // namespace
}  // namespace inlay::kernels
