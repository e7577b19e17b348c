// Eight floats at a time; see vec_avx512.h. Included once by each file compiled for AVX2.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#define INLAY_INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define INLAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define INLAY_UNROLL _Pragma("GCC unroll 32")
#endif

namespace inlay::kernels {
namespace {

constexpr uint32_t kVecIsa = 1u << 0;  // kIsaAvx2

struct Vec {
  using F = __m256;
  using Mask = __m256;
  static constexpr int kWidth = 8;
  static constexpr int kGemmRows = 6;  // x 2 vectors: 12 sums, 2 weights, 1 input of 16 registers

  INLAY_INLINE F zero() { return _mm256_setzero_ps(); }
  INLAY_INLINE F set(float x) { return _mm256_set1_ps(x); }
  INLAY_INLINE F load(const float* p) { return _mm256_loadu_ps(p); }
  INLAY_INLINE void store(float* p, F x) { _mm256_storeu_ps(p, x); }
  INLAY_INLINE __m256i first(int64_t n) {
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), index);
  }
  INLAY_INLINE F load_first(const float* p, int64_t n) { return _mm256_maskload_ps(p, first(n)); }
  INLAY_INLINE void store_first(float* p, F x, int64_t n) { _mm256_maskstore_ps(p, first(n), x); }

  // 16-bit floats in memory; narrowing rounds to the nearest, ties to even.
  INLAY_INLINE __m128i load_bits(const uint16_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
  INLAY_INLINE F load_f16(const uint16_t* p) { return _mm256_cvtph_ps(load_bits(p)); }
  INLAY_INLINE F load_bf16(const uint16_t* p) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(load_bits(p)), 16));
  }
  INLAY_INLINE void store_f16(uint16_t* p, F x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                     _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }
  INLAY_INLINE void store_bf16(uint16_t* p, F x) {
    const __m256i bits = _mm256_castps_si256(x);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i rounded =
        _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF)));
    const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
    const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    const __m256i upper = _mm256_srli_epi32(_mm256_blendv_epi8(rounded, quiet, nan), 16);
    const __m128i packed =
        _mm_packus_epi32(_mm256_castsi256_si128(upper), _mm256_extracti128_si256(upper, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), packed);
  }

  INLAY_INLINE F keep_first(F x, int64_t n) {
    return _mm256_and_ps(_mm256_castsi256_ps(first(n)), x);
  }
  // The same for 1 <= n, where n >= kWidth means all of them.
  INLAY_INLINE F get(const float* p, int64_t n) { return n >= kWidth ? load(p) : load_first(p, n); }
  INLAY_INLINE void put(float* p, F x, int64_t n) {
    if (n >= kWidth)
      store(p, x);
    else
      store_first(p, x, n);
  }

  INLAY_INLINE F add(F a, F b) { return _mm256_add_ps(a, b); }
  INLAY_INLINE F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  INLAY_INLINE F mul(F a, F b) { return _mm256_mul_ps(a, b); }
  INLAY_INLINE F div(F a, F b) { return _mm256_div_ps(a, b); }
  INLAY_INLINE F sqrt(F a) { return _mm256_sqrt_ps(a); }
  INLAY_INLINE F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
  INLAY_INLINE F fnma(F a, F b, F c) { return _mm256_fnmadd_ps(a, b, c); }
  INLAY_INLINE F min(F a, F b) { return _mm256_min_ps(a, b); }
  INLAY_INLINE F max(F a, F b) { return _mm256_max_ps(a, b); }

  INLAY_INLINE F abs(F a) { return _mm256_andnot_ps(set(-0.0f), a); }
  INLAY_INLINE F sign(F a) { return _mm256_and_ps(set(-0.0f), a); }
  INLAY_INLINE F bit_or(F a, F b) { return _mm256_or_ps(a, b); }
  INLAY_INLINE F bit_xor(F a, F b) { return _mm256_xor_ps(a, b); }
  INLAY_INLINE Mask less(F a, F b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
  INLAY_INLINE Mask unordered(F a) { return _mm256_cmp_ps(a, a, _CMP_UNORD_Q); }
  INLAY_INLINE F select(Mask mask, F a, F b) { return _mm256_blendv_ps(b, a, mask); }

  INLAY_INLINE F nearest(F a) { return _mm256_round_ps(a, 0x8); }
  INLAY_INLINE F floor(F a) { return _mm256_round_ps(a, 0x9); }
  INLAY_INLINE F ceil(F a) { return _mm256_round_ps(a, 0xA); }
  INLAY_INLINE Mask odd(F a) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 31));
  }
  INLAY_INLINE F second_bit(F a) {
    return sign(_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 30)));
  }

  // Elements 0, 2, 4, … of a and then of b.
  INLAY_INLINE F even(F a, F b) {
    const __m256d mixed = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(mixed, 0xD8));
  }

  INLAY_INLINE F spread_low(F a) {
    const F low = _mm256_unpacklo_ps(a, zero()), high = _mm256_unpackhi_ps(a, zero());
    return _mm256_permute2f128_ps(low, high, 0x20);
  }
  INLAY_INLINE F spread_high(F a) {
    const F low = _mm256_unpacklo_ps(a, zero()), high = _mm256_unpackhi_ps(a, zero());
    return _mm256_permute2f128_ps(low, high, 0x31);
  }

  INLAY_INLINE F shift_to_exponent(F a) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(a), 23));
  }
  INLAY_INLINE F split(F x, F* exponent) {
    const __m256i bits = _mm256_sub_epi32(_mm256_castps_si256(x), _mm256_set1_epi32(0x3F3504F3));
    *exponent = _mm256_cvtepi32_ps(_mm256_srai_epi32(bits, 23));
    const __m256i low = _mm256_and_si256(bits, _mm256_set1_epi32(0x007FFFFF));
    return _mm256_castsi256_ps(_mm256_add_epi32(low, _mm256_set1_epi32(0x3F3504F3)));
  }

  INLAY_INLINE float sum(F a) {
    __m128 y = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    y = _mm_add_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_add_ss(y, _mm_movehdup_ps(y)));
  }
  INLAY_INLINE float largest(F a) {
    __m128 y = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    y = _mm_max_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_max_ss(y, _mm_movehdup_ps(y)));
  }

  // rows[i] holds row i of an 8 x 8 block; afterwards rows[i] holds column i.
  INLAY_INLINE void transpose(F* rows) {
    F t[8], u[8];
    for (int i = 0; i < 4; ++i) {
      t[2 * i] = _mm256_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
      t[2 * i + 1] = _mm256_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
    }
    for (int i = 0; i < 2; ++i) {
      u[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
      u[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xEE);
      u[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
      u[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xEE);
    }
    for (int i = 0; i < 4; ++i) {
      rows[i] = _mm256_permute2f128_ps(u[i], u[4 + i], 0x20);
      rows[4 + i] = _mm256_permute2f128_ps(u[i], u[4 + i], 0x31);
    }
  }
};

}  // namespace
}  // namespace inlay::kernels
