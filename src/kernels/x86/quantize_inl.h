// Extremes and quantization over vectors; see quantize.h.
#pragma once

#include "kernels/quantize.h"

namespace inlay::kernels {
namespace {

INLAY_INLINE float lowest(Vec::F x) { return -Vec::largest(Vec::sub(Vec::zero(), x)); }

inline Extremes run_extremes(const float* x, int64_t n, Extremes so_far) {
  // min and max give the second operand where the first is NaN.
  Vec::F low = Vec::set(so_far.low), high = Vec::set(so_far.high);
  Vec::F low_too = low, high_too = high;
  int64_t i = 0;
  for (; i + 2 * Vec::kWidth <= n; i += 2 * Vec::kWidth) {
    const Vec::F a = Vec::load(x + i), b = Vec::load(x + i + Vec::kWidth);
    low = Vec::min(a, low);
    high = Vec::max(a, high);
    low_too = Vec::min(b, low_too);
    high_too = Vec::max(b, high_too);
  }
  Extremes out = {lowest(Vec::min(low_too, low)), Vec::largest(Vec::max(high_too, high))};
  for (; i < n; ++i) {
    if (x[i] < out.low) out.low = x[i];
    if (x[i] > out.high) out.high = x[i];
  }
  return out;
}

// A vector's worth as bytes; all are in [0, 255] then.
INLAY_INLINE void store_bytes(uint8_t* y, Vec::F x, int32_t zero) {
#if defined(__AVX512F__)
  const __m512i whole = _mm512_add_epi32(_mm512_cvtps_epi32(x), _mm512_set1_epi32(zero));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(y), _mm512_cvtepi32_epi8(whole));
#else
  const __m256i whole = _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(zero));
  const __m128i words =
      _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(y), _mm_packus_epi16(words, words));
#endif
}

inline void run_to_u8(const float* x, int64_t n, float scale, int32_t zero, uint8_t* y) {
  const Vec::F low = Vec::set(static_cast<float>(0 - zero));
  const Vec::F high = Vec::set(static_cast<float>(255 - zero)), divisor = Vec::set(scale);
  int64_t i = 0;
  for (; i < n; i += Vec::kWidth) {
    const int64_t left = n - i;
    const Vec::F quotient = Vec::div(Vec::get(x + i, left), divisor);
    const Vec::F clamped = Vec::min(Vec::max(quotient, low), high);
    if (left >= Vec::kWidth) {
      store_bytes(y + i, clamped, zero);
      continue;
    }
    uint8_t last[Vec::kWidth];
    store_bytes(last, clamped, zero);
    for (int64_t j = 0; j < left; ++j) y[i + j] = last[j];
  }
}

inline uint32_t run_sum_u8(const uint8_t* x, int64_t n) {
  __m256i total = _mm256_setzero_si256();
  int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x + i));
    total = _mm256_add_epi64(total, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
  }
  alignas(32) uint64_t parts[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(parts), total);
  auto sum = static_cast<uint32_t>(parts[0] + parts[1] + parts[2] + parts[3]);
  for (; i < n; ++i) sum += x[i];
  return sum;
}

}  // namespace
}  // namespace inlay::kernels
