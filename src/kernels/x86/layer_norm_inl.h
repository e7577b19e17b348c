// LayerNorm over one Vec; see layer_norm.h. Shared with the embedding layer.
#pragma once

#include "kernels/layer_norm.h"

namespace inlay::kernels {
namespace {

// Four partial sums, so that the additions do not wait for each other. Distances from `centre`, squared
// when kSquare; the order depends on n alone.
template <bool kSquare>
INLAY_INLINE Vec::F accumulate(Vec::F total, Vec::F x, Vec::F centre) {
  if (!kSquare) return Vec::add(total, x);
  const Vec::F distance = Vec::sub(x, centre);
  return Vec::fma(distance, distance, total);
}

template <bool kSquare>
float row_sum(const float* x, int64_t n, float centre) {
  constexpr int kW = Vec::kWidth;
  const Vec::F c = Vec::set(centre);
  Vec::F s0 = Vec::zero(), s1 = s0, s2 = s0, s3 = s0;
  int64_t i = 0;
  for (; i + 4 * kW <= n; i += 4 * kW) {
    s0 = accumulate<kSquare>(s0, Vec::load(x + i), c);
    s1 = accumulate<kSquare>(s1, Vec::load(x + i + kW), c);
    s2 = accumulate<kSquare>(s2, Vec::load(x + i + 2 * kW), c);
    s3 = accumulate<kSquare>(s3, Vec::load(x + i + 3 * kW), c);
  }
  for (; i + kW <= n; i += kW) s0 = accumulate<kSquare>(s0, Vec::load(x + i), c);
  float total = Vec::sum(Vec::add(Vec::add(s0, s1), Vec::add(s2, s3)));
  for (; i < n; ++i) {
    const float distance = x[i] - centre;
    total += kSquare ? distance * distance : x[i];
  }
  return total;
}

// y = (x - mean) / sqrt(var + epsilon) * gamma + beta; y may be x.
inline void normalize_row(const float* x, const float* gamma, const float* beta, float epsilon,
                          bool rms, float* y, int64_t n) {
  const float mean = rms ? 0.0f : row_sum<false>(x, n, 0.0f) / static_cast<float>(n);
  const float variance = row_sum<true>(x, n, mean) / static_cast<float>(n);
  const Vec::F m = Vec::set(mean), scale = Vec::set(1.0f / __builtin_sqrtf(variance + epsilon));
  const Vec::F one = Vec::set(1.0f), zero = Vec::zero();
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    const Vec::F g = Vec::mul(scale, gamma ? Vec::load(gamma + i) : one);
    const Vec::F b = beta ? Vec::load(beta + i) : zero;
    Vec::store(y + i, Vec::fma(Vec::sub(Vec::load(x + i), m), g, b));
  }
  if (i == n) return;
  const Vec::F g = Vec::mul(scale, gamma ? Vec::load_first(gamma + i, n - i) : one);
  const Vec::F b = beta ? Vec::load_first(beta + i, n - i) : zero;
  const Vec::F distance = Vec::sub(Vec::load_first(x + i, n - i), m);
  Vec::store_first(y + i, Vec::fma(distance, g, b), n - i);
}

inline void add_rows(const float* a, const float* b, float* y, int64_t n) {
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    Vec::store(y + i, Vec::add(Vec::load(a + i), Vec::load(b + i)));
  }
  if (i == n) return;
  const Vec::F sum = Vec::add(Vec::load_first(a + i, n - i), Vec::load_first(b + i, n - i));
  Vec::store_first(y + i, sum, n - i);
}

inline void copy_row(const float* x, float* y, int64_t n) {
  if (x != y) __builtin_memcpy(y, x, static_cast<size_t>(n) * sizeof(float));
}

inline void run_layer_norm(const LayerNormArgs& args, int64_t row_begin, int64_t row_end) {
  for (int64_t row = row_begin; row < row_end; ++row) {
    const float* x = args.x + row * args.x_stride;
    float* y = args.y + row * args.y_stride;
    float* sum = args.sum ? args.sum + row * args.y_stride : y;
    if (args.residual) {
      add_rows(x, args.residual + row * args.residual_stride, sum, args.columns);
      x = sum;
    } else if (args.sum) {
      copy_row(x, sum, args.columns);
    }
    normalize_row(x, args.gamma, args.beta, args.epsilon, args.rms, y, args.columns);
  }
}

}  // namespace
}  // namespace inlay::kernels
