// Reductions over one Vec; see reduction.h. An operation has
//   State              the totals of a vector of elements
//   In                 what it takes of them, by in(pointer) or in(vector)
//   kNeutral           an element that changes nothing
#pragma once

#include "kernels/reduction.h"
#include "kernels/x86/double_vec_inl.h"
#include "kernels/x86/math_inl.h"

namespace inlay::kernels {
namespace {

constexpr float kInfinity = __builtin_inff();

// Operations of doubles.
struct OfDoubles {
  using State = Doubles;
  using In = Doubles;
  static constexpr float kNeutral = 0;
  INLAY_INLINE State start() { return Doubles::set(0); }
  INLAY_INLINE In in(const float* p) { return Doubles::widen(p); }
  INLAY_INLINE In in(Vec::F x) { return Doubles::widen(x); }
  INLAY_INLINE State load(const double* p) { return Doubles::load(p); }
  INLAY_INLINE void store(double* p, State s) { Doubles::store(p, s); }
  INLAY_INLINE State merge(State a, State b) { return Doubles::add(a, b); }
  INLAY_INLINE double total(double before, State s) { return before + Doubles::sum(s); }
};
struct OpSum : OfDoubles {
  INLAY_INLINE State next(State s, In x, Vec::F) { return Doubles::add(s, x); }
};
struct OpSumAbs : OfDoubles {
  INLAY_INLINE State next(State s, In x, Vec::F) { return Doubles::add(s, Doubles::abs(x)); }
};
struct OpSumSquares : OfDoubles {
  INLAY_INLINE State next(State s, In x, Vec::F) { return Doubles::fma(x, x, s); }
};
struct OpProduct : OfDoubles {
  static constexpr float kNeutral = 1;
  INLAY_INLINE State start() { return Doubles::set(1); }
  INLAY_INLINE State next(State s, In x, Vec::F) { return Doubles::mul(s, x); }
  INLAY_INLINE State merge(State a, State b) { return Doubles::mul(a, b); }
  INLAY_INLINE double total(double before, State s) {
    HalfDoubles::D x = HalfDoubles::mul(s.low, s.high);
    INLAY_UNROLL for (int step = Doubles::kHalf / 2; step > 0; step /= 2) {
      x = HalfDoubles::mul(x, HalfDoubles::swap(x, step));
    }
    return before * Doubles::first(x);
  }
};
struct OpSumExp : OfDoubles {
  using In = Vec::F;
  static constexpr float kNeutral = -kInfinity;
  INLAY_INLINE In in(const float* p) { return Vec::load(p); }
  INLAY_INLINE In in(Vec::F x) { return x; }
  INLAY_INLINE State next(State s, In x, Vec::F about) {
    return Doubles::add(s, Doubles::widen(exp_nonpositive<Vec>(Vec::sub(x, about))));
  }
};

// The extremes, whose totals are floats until they are stored.
struct OfFloats {
  using State = Vec::F;
  using In = Vec::F;
  INLAY_INLINE In in(const float* p) { return Vec::load(p); }
  INLAY_INLINE In in(Vec::F x) { return x; }
  INLAY_INLINE State load(const double* p) {
    return HalfDoubles::narrow(HalfDoubles::load(p), HalfDoubles::load(p + Doubles::kHalf));
  }
  INLAY_INLINE void store(double* p, State s) { Doubles::store(p, Doubles::widen(s)); }
};
// The instruction gives its second operand where either is NaN: x; a NaN that was best is put back.
struct OpMax : OfFloats {
  static constexpr float kNeutral = -kInfinity;
  INLAY_INLINE State start() { return Vec::set(kNeutral); }
  INLAY_INLINE State next(State s, In x, Vec::F) {
    return Vec::select(Vec::unordered(s), s, Vec::max(s, x));
  }
  INLAY_INLINE State merge(State a, State b) { return next(a, b, b); }
  INLAY_INLINE double total(double before, State s) {
    INLAY_UNROLL for (int step = Vec::kWidth / 2; step > 0; step /= 2) s = merge(s, swap(s, step));
    const double best = s[0];
    return best > before || best != best ? best : before;
  }
};
struct OpMin : OfFloats {
  static constexpr float kNeutral = kInfinity;
  INLAY_INLINE State start() { return Vec::set(kNeutral); }
  INLAY_INLINE State next(State s, In x, Vec::F) {
    return Vec::select(Vec::unordered(s), s, Vec::min(s, x));
  }
  INLAY_INLINE State merge(State a, State b) { return next(a, b, b); }
  INLAY_INLINE double total(double before, State s) {
    INLAY_UNROLL for (int step = Vec::kWidth / 2; step > 0; step /= 2) s = merge(s, swap(s, step));
    const double best = s[0];
    return best < before || best != best ? best : before;
  }
};

template <class Op>
double reduce_row(double before, const float* x, int64_t n, float about) {
  constexpr int kChains = 4;
  constexpr int64_t kW = Vec::kWidth;
  const Vec::F a = Vec::set(about);
  typename Op::State s[kChains];
  INLAY_UNROLL for (int c = 0; c < kChains; ++c) s[c] = Op::start();
  int64_t i = 0;
  for (; i + kChains * kW <= n; i += kChains * kW)
    INLAY_UNROLL for (int c = 0; c < kChains; ++c) s[c] = Op::next(s[c], Op::in(x + i + c * kW), a);
  for (; i + kW <= n; i += kW) s[0] = Op::next(s[0], Op::in(x + i), a);
  if (i < n) s[1] = Op::next(s[1], Op::in(load_or(x + i, n - i, Vec::set(Op::kNeutral))), a);
  return Op::total(before, Op::merge(Op::merge(s[0], s[1]), Op::merge(s[2], s[3])));
}

template <class Op>
void reduce_rows_of(const ReduceArgs& args) {
  for (int64_t r = 0; r < args.rows; ++r)
    args.totals[r] = reduce_row<Op>(args.totals[r], args.x + r * args.stride, args.columns,
                                    args.about ? args.about[r] : 0.0f);
}

// kVectors vectors of columns, whose totals stay in registers over some rows.
template <class Op, int kVectors>
INLAY_INLINE void reduce_strip(const float* x, int64_t stride, int64_t rows, const float* about,
                               double* totals) {
  constexpr int64_t kW = Vec::kWidth;
  typename Op::State s[kVectors];
  Vec::F a[kVectors];
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
    s[v] = Op::load(totals + v * kW);
    a[v] = about ? Vec::load(about + v * kW) : Vec::zero();
  }
  for (int64_t r = 0; r < rows; ++r, x += stride)
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) s[v] = Op::next(s[v], Op::in(x + v * kW), a[v]);
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) Op::store(totals + v * kW, s[v]);
}

// The last columns, fewer than a vector.
template <class Op>
void reduce_last_columns(const ReduceArgs& args, int64_t first) {
  constexpr int64_t kW = Vec::kWidth;
  const int64_t count = args.columns - first;
  double totals[kW] = {};
  for (int64_t c = 0; c < count; ++c) totals[c] = args.totals[first + c];
  const Vec::F about = args.about ? Vec::load_first(args.about + first, count) : Vec::zero();
  typename Op::State s = Op::load(totals);
  for (int64_t r = 0; r < args.rows; ++r)
    s = Op::next(s, Op::in(Vec::load_first(args.x + r * args.stride + first, count)), about);
  Op::store(totals, s);
  for (int64_t c = 0; c < count; ++c) args.totals[first + c] = totals[c];
}

// A few rows at a time, each read from end to end, as caches read ahead.
template <class Op>
void reduce_columns_of(const ReduceArgs& args) {
  constexpr int kStrip = 4;
  constexpr int64_t kW = Vec::kWidth, kRows = 8;
  const int64_t whole = args.columns / kW * kW;
  for (int64_t r = 0; r < args.rows; r += kRows) {
    const float* x = args.x + r * args.stride;
    const int64_t rows = args.rows - r < kRows ? args.rows - r : kRows;
    const float* about = args.about;
    int64_t c = 0;
    for (; c + kStrip * kW <= whole; c += kStrip * kW)
      reduce_strip<Op, kStrip>(x + c, args.stride, rows, about ? about + c : about,
                               args.totals + c);
    for (; c < whole; c += kW)
      reduce_strip<Op, 1>(x + c, args.stride, rows, about ? about + c : about, args.totals + c);
  }
  if (whole < args.columns) reduce_last_columns<Op>(args, whole);
}

inline void reduce_rows(const ReduceArgs& args, Reduce op) {
  switch (op) {
    case Reduce::kSum: return reduce_rows_of<OpSum>(args);
    case Reduce::kSumAbs: return reduce_rows_of<OpSumAbs>(args);
    case Reduce::kSumSquares: return reduce_rows_of<OpSumSquares>(args);
    case Reduce::kProduct: return reduce_rows_of<OpProduct>(args);
    case Reduce::kMax: return reduce_rows_of<OpMax>(args);
    case Reduce::kMin: return reduce_rows_of<OpMin>(args);
    case Reduce::kSumExp: return reduce_rows_of<OpSumExp>(args);
  }
}

inline void reduce_columns(const ReduceArgs& args, Reduce op) {
  switch (op) {
    case Reduce::kSum: return reduce_columns_of<OpSum>(args);
    case Reduce::kSumAbs: return reduce_columns_of<OpSumAbs>(args);
    case Reduce::kSumSquares: return reduce_columns_of<OpSumSquares>(args);
    case Reduce::kProduct: return reduce_columns_of<OpProduct>(args);
    case Reduce::kMax: return reduce_columns_of<OpMax>(args);
    case Reduce::kMin: return reduce_columns_of<OpMin>(args);
    case Reduce::kSumExp: return reduce_columns_of<OpSumExp>(args);
  }
}

inline void row_moments(const float* x, int64_t n, float about, double* sums) {
  constexpr int kChains = 2;
  constexpr int64_t kW = Vec::kWidth;
  const Doubles a = Doubles::set(about);
  Doubles sum[kChains], squares[kChains];
  INLAY_UNROLL for (int c = 0; c < kChains; ++c) sum[c] = squares[c] = Doubles::set(0);
  const auto next = [&](int c, Doubles x_wide) __attribute__((always_inline)) {
    const Doubles distance = Doubles::sub(x_wide, a);
    sum[c] = Doubles::add(sum[c], distance);
    squares[c] = Doubles::fma(distance, distance, squares[c]);
  };
  int64_t i = 0;
  for (; i + kChains * kW <= n; i += kChains * kW)
    INLAY_UNROLL for (int c = 0; c < kChains; ++c) next(c, Doubles::widen(x + i + c * kW));
  for (; i + kW <= n; i += kW) next(0, Doubles::widen(x + i));
  if (i < n) next(1, Doubles::widen(load_or(x + i, n - i, Vec::set(about))));
  sums[0] = Doubles::sum(Doubles::add(sum[0], sum[1]));
  sums[1] = Doubles::sum(Doubles::add(squares[0], squares[1]));
}

#if defined(__AVX512F__)
INLAY_INLINE Vec::Mask equal(Vec::F a, Vec::F b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
INLAY_INLINE Vec::Mask not_at_most(Vec::F a, Vec::F b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_NLE_UQ);
}
#else
INLAY_INLINE Vec::Mask equal(Vec::F a, Vec::F b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
INLAY_INLINE Vec::Mask not_at_most(Vec::F a, Vec::F b) { return _mm256_cmp_ps(a, b, _CMP_NLE_UQ); }
#endif

struct IsEqual {
  INLAY_INLINE uint32_t bits(Vec::F x, Vec::F value) { return bits_of(equal(x, value)); }
};
struct IsBelow {
  INLAY_INLINE uint32_t bits(Vec::F x, Vec::F value) { return bits_of(Vec::less(x, value)); }
};
struct IsNotAtMost {
  INLAY_INLINE uint32_t bits(Vec::F x, Vec::F value) { return bits_of(not_at_most(x, value)); }
};

template <class What>
int64_t find_first(const float* x, int64_t n, float value) {
  constexpr int64_t kW = Vec::kWidth;
  const Vec::F v = Vec::set(value);
  int64_t i = 0;
  for (; i + 4 * kW <= n; i += 4 * kW) {
    uint32_t bits[4];
    INLAY_UNROLL for (int j = 0; j < 4; ++j) bits[j] = What::bits(Vec::load(x + i + j * kW), v);
    if (bits[0] | bits[1] | bits[2] | bits[3]) break;
  }
  for (; i < n; i += kW) {
    const int64_t count = n - i < kW ? n - i : kW;
    const uint32_t real = (1u << count) - 1;
    const uint32_t bits = What::bits(Vec::get(x + i, count), v) & real;
    if (bits) return i + __builtin_ctz(bits);
  }
  return n;
}

inline int64_t find(Find what, const float* x, int64_t n, float value) {
  switch (what) {
    case Find::kEqual: return find_first<IsEqual>(x, n, value);
    case Find::kBelow: return find_first<IsBelow>(x, n, value);
    case Find::kNotAtMost: return find_first<IsNotAtMost>(x, n, value);
  }
  return n;
}

// Row numbers are kept as the bits of floats.
template <int kVectors>
void arg_strip(const ArgArgs& args, int64_t first, int64_t count) {
  constexpr int64_t kW = Vec::kWidth;
  Vec::F best[kVectors], index[kVectors];
  const auto load = [&](const float* x, int v) __attribute__((always_inline)) {
    return v + 1 < kVectors ? Vec::load(x + v * kW) : Vec::get(x + v * kW, count);
  };
  const float* x = args.x + first;
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
    best[v] = load(x, v);
    index[v] = Vec::zero();
  }
  for (int64_t r = 1; r < args.rows; ++r) {
    x += args.stride;
    const Vec::F row = Vec::set(__builtin_bit_cast(float, static_cast<int32_t>(r)));
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      const Vec::F now = load(x, v);
      const Vec::Mask better = args.least ? Vec::less(now, best[v]) : Vec::less(best[v], now);
      best[v] = Vec::select(better, now, best[v]);
      index[v] = Vec::select(better, row, index[v]);
      if (args.last) index[v] = Vec::select(equal(now, best[v]), row, index[v]);
    }
  }
  auto* to = reinterpret_cast<float*>(args.index + first);
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v)
      Vec::put(to + v * kW, index[v], v + 1 < kVectors ? kW : count);
}

inline void arg_columns(const ArgArgs& args) {
  constexpr int64_t kW = Vec::kWidth;
  int64_t c = 0;
  for (; c + 4 * kW <= args.columns; c += 4 * kW) arg_strip<4>(args, c, kW);
  for (; c < args.columns; c += kW) arg_strip<1>(args, c, args.columns - c);
}

}  // namespace
}  // namespace inlay::kernels
