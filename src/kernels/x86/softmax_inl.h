// Softmax over one Vec; see softmax.h. Shared with attention.
#pragma once

#include "kernels/softmax.h"
#include "kernels/x86/math_inl.h"

namespace inlay::kernels {
namespace {

constexpr float kLowestFloat = -3.40282347e38f;

// The largest of n values, at least the lowest float: then a row of -inf ends in 0/0 = NaN, and a row
// of the lowest float in equal weights. NaN may be lost here; exp brings it back.
inline float row_max(const float* x, int64_t n) {
  Vec::F m0 = Vec::set(kLowestFloat), m1 = m0;
  int64_t i = 0;
  for (; i + 2 * Vec::kWidth <= n; i += 2 * Vec::kWidth) {
    m0 = Vec::max(Vec::load(x + i), m0);
    m1 = Vec::max(Vec::load(x + i + Vec::kWidth), m1);
  }
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) m0 = Vec::max(Vec::load(x + i), m0);
  float best = Vec::largest(Vec::max(m0, m1));
  for (; i < n; ++i) best = x[i] > best ? x[i] : best;
  return best;
}

// y = exp(x - max); returns the sum. y may be x; null when only the sum is wanted.
template <bool kStore>
float row_exp(const float* x, float* y, int64_t n, float max) {
  const Vec::F m = Vec::set(max);
  Vec::F total = Vec::zero();
  int64_t i = 0;
  for (; i + Several::kWidth <= n; i += Several::kWidth) {
    const auto e = exp_nonpositive<Several>(Several::sub(Several::load(x + i), Several::set(max)));
    if (kStore) Several::store(y + i, e);
    total = Vec::add(total, Several::sum(e));
  }
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    const Vec::F e = exp_nonpositive<Vec>(Vec::sub(Vec::load(x + i), m));
    if (kStore) Vec::store(y + i, e);
    total = Vec::add(total, e);
  }
  if (i < n) {
    const Vec::F distance = Vec::sub(Vec::load_first(x + i, n - i), m);
    const Vec::F e = Vec::keep_first(exp_nonpositive<Vec>(distance), n - i);
    if (kStore) Vec::store_first(y + i, e, n - i);
    total = Vec::add(total, e);
  }
  return Vec::sum(total);
}

inline void scale_row(float* y, int64_t n, float scale) {
  const Vec::F s = Vec::set(scale);
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) Vec::store(y + i, Vec::mul(Vec::load(y + i), s));
  if (i < n) Vec::store_first(y + i, Vec::mul(Vec::load_first(y + i, n - i), s), n - i);
}

// (x - a) - b, which keeps the digits that x - (a + b) would lose.
inline void subtract_row(const float* x, float* y, int64_t n, float a, float b) {
  const Vec::F first = Vec::set(a), second = Vec::set(b);
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    Vec::store(y + i, Vec::sub(Vec::sub(Vec::load(x + i), first), second));
  }
  if (i == n) return;
  const Vec::F rest = Vec::sub(Vec::sub(Vec::load_first(x + i, n - i), first), second);
  Vec::store_first(y + i, rest, n - i);
}

inline float log_of(float x) {
  float y[Vec::kWidth];
  Vec::store(y, Log::apply<Vec>(Vec::set(x)));
  return y[0];
}

inline void run_softmax(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end) {
  const int64_t n = args.columns;
  for (int64_t row = row_begin; row < row_end; ++row) {
    const float* x = args.x + row * args.x_stride;
    float* y = args.y + row * args.y_stride;
    const float max = row_max(x, n);
    if (args.log) {
      subtract_row(x, y, n, max, log_of(row_exp<false>(x, nullptr, n, max)));
    } else {
      scale_row(y, n, 1.0f / row_exp<true>(x, y, n, max));
    }
  }
}

INLAY_INLINE Vec::F load_columns(Vec, const float* p, int64_t n) { return Vec::get(p, n); }
INLAY_INLINE Several::F load_columns(Several, const float* p, int64_t) { return Several::load(p); }
INLAY_INLINE void store_columns(Vec, float* p, Vec::F x, int64_t n) { Vec::put(p, x, n); }
INLAY_INLINE void store_columns(Several, float* p, Several::F x, int64_t) { Several::store(p, x); }

// A strip of columns that stays in cache from one pass to the next; V is as wide, or n columns are left of a Vec.
template <class V>
void softmax_strip(const float* x, float* y, const SoftmaxArgs& args, int64_t rows, int64_t n) {
  constexpr int64_t kRowsPerSum = 32;  // the digits of a long sum are lost in a few additions only
  const V vec;
  auto max = V::set(kLowestFloat), total = V::zero();
  for (int64_t r = 0; r < rows; ++r) max = V::max(load_columns(vec, x + r * args.x_stride, n), max);
  for (int64_t first = 0; first < rows; first += kRowsPerSum) {
    const int64_t end = rows - first < kRowsPerSum ? rows : first + kRowsPerSum;
    auto sum = V::zero();
    for (int64_t r = first; r < end; ++r) {
      const auto from = load_columns(vec, x + r * args.x_stride, n);
      const auto e = exp_nonpositive<V>(V::sub(from, max));
      if (!args.log) store_columns(vec, y + r * args.y_stride, e, n);
      sum = V::add(sum, e);
    }
    total = V::add(total, sum);
  }
  const auto factor = args.log ? Log::apply<V>(total) : V::div(V::set(1.0f), total);
  for (int64_t r = 0; r < rows; ++r) {
    float* to = y + r * args.y_stride;
    if (args.log) {
      const auto distance = V::sub(load_columns(vec, x + r * args.x_stride, n), max);
      store_columns(vec, to, V::sub(distance, factor), n);
    } else {
      store_columns(vec, to, V::mul(load_columns(vec, to, n), factor), n);
    }
  }
}

inline void run_softmax_columns(const SoftmaxArgs& args, int64_t rows) {
  int64_t i = 0;
  for (; i + Several::kWidth <= args.columns; i += Several::kWidth)
    softmax_strip<Several>(args.x + i, args.y + i, args, rows, Several::kWidth);
  for (; i < args.columns; i += Vec::kWidth)
    softmax_strip<Vec>(args.x + i, args.y + i, args, rows, args.columns - i);
}

}  // namespace
}  // namespace inlay::kernels
