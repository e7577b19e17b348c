// Pooling over one Vec; see pooling.h. Columns are walked in strips that stay in registers over all rows.
#pragma once

#include "kernels/pooling.h"
#include "kernels/x86/layer_norm_inl.h"

namespace inlay::kernels {
namespace {

struct SumRows {
  INLAY_INLINE Vec::F start() { return Vec::zero(); }
  INLAY_INLINE Vec::F step(Vec::F total, Vec::F x, float) { return Vec::add(total, x); }
};
struct WeightedRows {
  INLAY_INLINE Vec::F start() { return Vec::zero(); }
  INLAY_INLINE Vec::F step(Vec::F total, Vec::F x, float weight) {
    return Vec::fma(Vec::set(weight), x, total);
  }
};
struct MaxRows {
  INLAY_INLINE Vec::F start() { return Vec::set(-__builtin_inff()); }
  INLAY_INLINE Vec::F step(Vec::F best, Vec::F x, float) {
    // x when it is NaN or larger; best when that is NaN already.
    return Vec::select(Vec::unordered(best), best, Vec::max(best, x));
  }
};

// Reduces the rows of kVectors vectors of columns; `count` of the last vector are real.
template <class Op, int kVectors>
INLAY_INLINE void reduce_strip(const float* x, int64_t stride, const float* weights, int64_t rows,
                               float scale, float* y, int64_t count) {
  Vec::F total[kVectors];
  for (int v = 0; v < kVectors; ++v) total[v] = Op::start();
  for (int64_t r = 0; r < rows; ++r) {
    const float weight = weights ? weights[r] : 0.0f;
    for (int v = 0; v < kVectors; ++v) {
      const float* p = x + r * stride + v * Vec::kWidth;
      const bool whole = v + 1 < kVectors || count == Vec::kWidth;
      total[v] = Op::step(total[v], whole ? Vec::load(p) : Vec::load_first(p, count), weight);
    }
  }
  for (int v = 0; v < kVectors; ++v) {
    const Vec::F value = scale == 1.0f ? total[v] : Vec::mul(total[v], Vec::set(scale));
    Vec::put(y + v * Vec::kWidth, value, v + 1 < kVectors ? Vec::kWidth : count);
  }
}

template <class Op>
void reduce_rows(const float* x, int64_t stride, const float* weights, int64_t rows,
                 int64_t columns, float scale, float* y) {
  constexpr int kStrip = 4;
  constexpr int64_t kW = Vec::kWidth;
  int64_t i = 0;
  for (; i + kStrip * kW <= columns; i += kStrip * kW) {
    reduce_strip<Op, kStrip>(x + i, stride, weights, rows, scale, y + i, kW);
  }
  for (; i < columns; i += kW) {
    const int64_t count = columns - i < kW ? columns - i : kW;
    reduce_strip<Op, 1>(x + i, stride, weights, rows, scale, y + i, count);
  }
}

inline void run_sum(const float* x, int64_t stride, int64_t rows, int64_t columns, float scale,
                    float* y) {
  reduce_rows<SumRows>(x, stride, nullptr, rows, columns, scale, y);
}

inline void run_weighted_sum(const float* x, int64_t stride, const float* weights, int64_t rows,
                             int64_t columns, float* y) {
  reduce_rows<WeightedRows>(x, stride, weights, rows, columns, 1.0f, y);
}

inline void run_max(const float* x, int64_t stride, int64_t rows, int64_t columns, float* y) {
  reduce_rows<MaxRows>(x, stride, nullptr, rows, columns, 1.0f, y);
}

inline void run_l2_normalize(const float* x, float* y, int64_t columns, float epsilon) {
  const float norm = __builtin_sqrtf(row_sum<true>(x, columns, 0.0f));
  const Vec::F divisor = Vec::set(norm > epsilon || norm != norm ? norm : epsilon);
  int64_t i = 0;
  for (; i + Vec::kWidth <= columns; i += Vec::kWidth) {
    Vec::store(y + i, Vec::div(Vec::load(x + i), divisor));
  }
  const int64_t left = columns - i;
  if (left > 0) Vec::store_first(y + i, Vec::div(Vec::load_first(x + i, left), divisor), left);
}

}  // namespace
}  // namespace inlay::kernels
