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

// The low bytes of the sums of two whole numbers.
INLAY_INLINE void store_bytes(uint8_t* y, Vec::F x, Vec::F zero) {
#if defined(__AVX512F__)
  const __m512i whole = _mm512_add_epi32(_mm512_cvtps_epi32(x), _mm512_cvtps_epi32(zero));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(y), _mm512_cvtepi32_epi8(whole));
#else
  const __m256i sum = _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_cvtps_epi32(zero));
  const __m256i whole = _mm256_and_si256(sum, _mm256_set1_epi32(255));
  const __m128i words =
      _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(y), _mm_packus_epi16(words, words));
#endif
}

// Bytes whose bits are turned over by `turn`, as numbers without sign.
INLAY_INLINE Vec::F load_bytes(const uint8_t* x, uint8_t turn) {
#if defined(__AVX512F__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
  const __m128i turned = _mm_xor_si128(bytes, _mm_set1_epi8(static_cast<char>(turn)));
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(turned));
#else
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x));
  const __m128i turned = _mm_xor_si128(bytes, _mm_set1_epi8(static_cast<char>(turn)));
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(turned));
#endif
}

struct ScaleVectors {
  Vec::F scale, zero;
};
// The scales of the elements from i on, of which `left` are left; `first`: those of the first element.
INLAY_INLINE ScaleVectors scale_vectors(const ByteScales& s, ScaleVectors first, int64_t i,
                                        int64_t left) {
  if (s.stride == 0) return first;
  return {Vec::get(s.scale + i, left), Vec::get(s.zero + i, left)};
}

inline void run_to_bytes(const float* x, int64_t n, const ByteScales& by, uint8_t* y) {
  const ByteScales scales = by;  // which no store can change
  const ScaleVectors first = {Vec::set(*scales.scale), Vec::set(*scales.zero)};
  const Vec::F least = Vec::set(scales.is_signed ? -128.0f : 0.0f), range = Vec::set(255);
  for (int64_t i = 0; i < n; i += Vec::kWidth) {
    const int64_t left = n - i;
    const ScaleVectors s = scale_vectors(scales, first, i, left);
    const Vec::F low = Vec::sub(least, s.zero), quotient = Vec::div(Vec::get(x + i, left), s.scale);
    const Vec::F clamped = Vec::min(Vec::max(quotient, low), Vec::add(low, range));
    if (left >= Vec::kWidth) {
      store_bytes(y + i, clamped, s.zero);
      continue;
    }
    uint8_t last[Vec::kWidth];
    store_bytes(last, clamped, s.zero);
    for (int64_t j = 0; j < left; ++j) y[i + j] = last[j];
  }
}

inline void run_from_bytes(const uint8_t* x, int64_t n, const ByteScales& by, float* y) {
  const ByteScales scales = by;
  const ScaleVectors first = {Vec::set(*scales.scale), Vec::set(*scales.zero)};
  const uint8_t turn = scales.is_signed ? 0x80 : 0;
  const Vec::F more = Vec::set(turn);  // than the number that the bits of a signed byte are
  for (int64_t i = 0; i < n; i += Vec::kWidth) {
    const int64_t left = n - i;
    uint8_t last[Vec::kWidth];
    const uint8_t* from = x + i;
    if (left < Vec::kWidth) {
      for (int64_t j = 0; j < Vec::kWidth; ++j) last[j] = j < left ? from[j] : 0;
      from = last;
    }
    const ScaleVectors s = scale_vectors(scales, first, i, left);
    const Vec::F value = Vec::sub(load_bytes(from, turn), Vec::add(s.zero, more));
    Vec::put(y + i, Vec::mul(value, s.scale), left);
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

INLAY_INLINE IntegerVec::I widen_bytes(const uint8_t* x) {
#if defined(__AVX512F__)
  return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x)));
#else
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x)));
#endif
}

inline void run_channel_sums(const ChannelSums& args) {
  static_assert(kChannelLanes % Vec::kWidth == 0);
  for (int64_t c = 0; c < args.channels; c += Vec::kWidth) {
    IntegerVec::I sum = IntegerVec::load(args.start + c);
    const int32_t* weights = args.weights + c;
    for (int64_t t = 0; t < args.taps; ++t, weights += args.channels) {
      sum = IntegerVec::dot_pairs(sum, widen_bytes(args.rows[t] + c), IntegerVec::load(weights));
    }
    if (args.sums)
      IntegerVec::store(args.sums + c, sum);
    else
      Vec::store(args.y + c, Vec::mul(IntegerVec::to_float(sum), Vec::load(args.scale + c)));
  }
}

}  // namespace
}  // namespace inlay::kernels
