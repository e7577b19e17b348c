// What kernels/reduction.h does for floats, for doubles and integers of 64 bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "kernels/reduction.h"

namespace inlay::ops {

using kernels::Reduce;

// A total of elements that are reduced as C. Sums of integers wrap around.
template <class C>
using TotalOf = std::conditional_t<std::is_integral_v<C>, int64_t, double>;

template <class C>
struct ReduceLines {
  const C* x;
  int64_t stride, rows, columns;
  const C* about;
  TotalOf<C>* totals;
};

inline void reduce_rows(const ReduceLines<float>& a, Reduce op) {
  kernels::reduction_kernel().rows({a.x, a.stride, a.rows, a.columns, a.about, a.totals}, op);
}
inline void reduce_columns(const ReduceLines<float>& a, Reduce op) {
  kernels::reduction_kernel().columns({a.x, a.stride, a.rows, a.columns, a.about, a.totals}, op);
}

template <class C>
C wrapped_sum(C a, C b) {
  if constexpr (std::is_integral_v<C>)
    return static_cast<C>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  else
    return a + b;
}
template <class C>
C wrapped_product(C a, C b) {
  if constexpr (std::is_integral_v<C>)
    return static_cast<C>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  else
    return a * b;
}

// Of two totals.
template <Reduce op, class C>
C merged(C a, C b) {
  if constexpr (op == Reduce::kProduct) return wrapped_product(a, b);
  if constexpr (op == Reduce::kMax) return b > a || b != b ? b : a;
  if constexpr (op == Reduce::kMin) return b < a || b != b ? b : a;
  return wrapped_sum(a, b);
}
// What an element adds to a total.
template <Reduce op, class C>
C term(C x, C about) {
  if constexpr (op == Reduce::kSumSquares) return wrapped_product(x, x);
  if constexpr (op == Reduce::kSumAbs) return std::abs(x);
  if constexpr (op == Reduce::kSumExp && std::is_floating_point_v<C>) return std::exp(x - about);
  return x;
}

// Totals wait for the one before, so several go side by side.
template <Reduce op, class C>
void reduce_rows_of(const ReduceLines<C>& a) {
  constexpr int64_t kChains = 4;
  for (int64_t r = 0; r < a.rows; ++r) {
    const C* x = a.x + r * a.stride;
    const C about = a.about ? a.about[r] : C{0};
    C total = a.totals[r];
    int64_t i = 0;
    if (a.columns >= 2 * kChains) {
      C chains[kChains];
      for (int64_t c = 0; c < kChains; ++c) chains[c] = term<op>(x[c], about);
      for (i = kChains; i + kChains <= a.columns; i += kChains)
        for (int64_t c = 0; c < kChains; ++c)
          chains[c] = merged<op>(chains[c], term<op>(x[i + c], about));
      for (C chain : chains) total = merged<op>(total, chain);
    }
    for (; i < a.columns; ++i) total = merged<op>(total, term<op>(x[i], about));
    a.totals[r] = total;
  }
}

template <Reduce op, class C>
void reduce_columns_of(const ReduceLines<C>& a) {
  for (int64_t r = 0; r < a.rows; ++r)
    for (int64_t c = 0; c < a.columns; ++c)
      a.totals[c] =
          merged<op>(a.totals[c], term<op>(a.x[r * a.stride + c], a.about ? a.about[c] : C{0}));
}

template <Reduce op, class C>
void reduce_lines(const ReduceLines<C>& a, bool rows) {
  rows ? reduce_rows_of<op>(a) : reduce_columns_of<op>(a);
}
template <class C>
void reduce_lines(const ReduceLines<C>& a, Reduce op, bool rows) {
  switch (op) {
    case Reduce::kSum: return reduce_lines<Reduce::kSum>(a, rows);
    case Reduce::kSumSquares: return reduce_lines<Reduce::kSumSquares>(a, rows);
    case Reduce::kProduct: return reduce_lines<Reduce::kProduct>(a, rows);
    case Reduce::kMax: return reduce_lines<Reduce::kMax>(a, rows);
    case Reduce::kMin: return reduce_lines<Reduce::kMin>(a, rows);
    default: break;
  }
  if constexpr (std::is_floating_point_v<C>) {
    if (op == Reduce::kSumAbs) return reduce_lines<Reduce::kSumAbs>(a, rows);
    reduce_lines<Reduce::kSumExp>(a, rows);
  }
}
template <class C>
void reduce_rows(const ReduceLines<C>& a, Reduce op) {
  reduce_lines(a, op, true);
}
template <class C>
void reduce_columns(const ReduceLines<C>& a, Reduce op) {
  reduce_lines(a, op, false);
}

}  // namespace inlay::ops
