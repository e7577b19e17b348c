// Dot products over one Vec; see dot.h.
#pragma once

#include "kernels/dot.h"

namespace inlay::kernels {
namespace {

// Four partial sums a row hide the latency of the additions.
inline float dot_row(const float* a, const float* b, int64_t n) {
  constexpr int kW = Vec::kWidth;
  Vec::F s0 = Vec::zero(), s1 = s0, s2 = s0, s3 = s0;
  int64_t i = 0;
  for (; i + 4 * kW <= n; i += 4 * kW) {
    s0 = Vec::fma(Vec::load(a + i), Vec::load(b + i), s0);
    s1 = Vec::fma(Vec::load(a + i + kW), Vec::load(b + i + kW), s1);
    s2 = Vec::fma(Vec::load(a + i + 2 * kW), Vec::load(b + i + 2 * kW), s2);
    s3 = Vec::fma(Vec::load(a + i + 3 * kW), Vec::load(b + i + 3 * kW), s3);
  }
  for (; i + kW <= n; i += kW) s0 = Vec::fma(Vec::load(a + i), Vec::load(b + i), s0);
  if (i < n) s1 = Vec::fma(Vec::load_first(a + i, n - i), Vec::load_first(b + i, n - i), s1);
  return Vec::sum(Vec::add(Vec::add(s0, s1), Vec::add(s2, s3)));
}

inline void run_dot_rows(const float* query, const float* matrix, int64_t stride, int64_t rows,
                         int64_t columns, float* scores) {
  for (int64_t r = 0; r < rows; ++r) scores[r] = dot_row(query, matrix + r * stride, columns);
}

inline void run_add_scaled(float scale, const float* x, float* y, int64_t n) {
  constexpr int kW = Vec::kWidth;
  const Vec::F s = Vec::set(scale);
  int64_t i = 0;
  for (; i + kW <= n; i += kW) Vec::store(y + i, Vec::fma(s, Vec::load(x + i), Vec::load(y + i)));
  if (i == n) return;
  const Vec::F rest = Vec::fma(s, Vec::load_first(x + i, n - i), Vec::load_first(y + i, n - i));
  Vec::store_first(y + i, rest, n - i);
}

}  // namespace
}  // namespace inlay::kernels
