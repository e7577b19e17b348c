// Sixteen floats at a time: the operations that the families' shared bodies (*_inl.h) are written in.
// Included once by each file compiled for AVX-512, so that everything here stays in that file.
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

constexpr uint32_t kVecIsa = 1u << 1;  // kIsaAvx512

struct Vec {
  using F = __m512;
  using Mask = __mmask16;
  static constexpr int kWidth = 16;
  static constexpr int kGemmRows = 14;  // x 2 vectors: 28 sums, 2 weights, 1 input of 32 registers

  INLAY_INLINE F zero() { return _mm512_setzero_ps(); }
  INLAY_INLINE F set(float x) { return _mm512_set1_ps(x); }
  INLAY_INLINE F load(const float* p) { return _mm512_loadu_ps(p); }
  INLAY_INLINE void store(float* p, F x) { _mm512_storeu_ps(p, x); }
  // The first n of 16 elements, 0 <= n <= 16; the others read as 0 and are not written.
  INLAY_INLINE Mask first(int64_t n) { return static_cast<Mask>(_bzhi_u32(0xFFFF, (unsigned)n)); }
  INLAY_INLINE F load_first(const float* p, int64_t n) {
    return _mm512_maskz_loadu_ps(first(n), p);
  }
  INLAY_INLINE void store_first(float* p, F x, int64_t n) { _mm512_mask_storeu_ps(p, first(n), x); }

  // 16-bit floats in memory; narrowing rounds to the nearest, ties to even.
  INLAY_INLINE __m256i load_bits(const uint16_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  INLAY_INLINE F load_f16(const uint16_t* p) { return _mm512_cvtph_ps(load_bits(p)); }
  INLAY_INLINE F load_bf16(const uint16_t* p) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(load_bits(p)), 16));
  }
  INLAY_INLINE void store_f16(uint16_t* p, F x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p),
                        _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }
  INLAY_INLINE void store_bf16(uint16_t* p, F x) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded =
        _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF)));
    const __m512i quiet = _mm512_or_si512(bits, _mm512_set1_epi32(0x400000));
    const Mask nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    const __m512i upper = _mm512_srli_epi32(_mm512_mask_mov_epi32(rounded, nan, quiet), 16);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(upper));
  }

  INLAY_INLINE F keep_first(F x, int64_t n) { return _mm512_maskz_mov_ps(first(n), x); }
  // The same for 1 <= n, where n >= kWidth means all of them.
  INLAY_INLINE F get(const float* p, int64_t n) { return n >= kWidth ? load(p) : load_first(p, n); }
  INLAY_INLINE void put(float* p, F x, int64_t n) {
    if (n >= kWidth)
      store(p, x);
    else
      store_first(p, x, n);
  }

  INLAY_INLINE F add(F a, F b) { return _mm512_add_ps(a, b); }
  INLAY_INLINE F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  INLAY_INLINE F mul(F a, F b) { return _mm512_mul_ps(a, b); }
  INLAY_INLINE F div(F a, F b) { return _mm512_div_ps(a, b); }
  INLAY_INLINE F sqrt(F a) { return _mm512_sqrt_ps(a); }
  INLAY_INLINE F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }    // a b + c
  INLAY_INLINE F fnma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }  // c - a b
  // When an operand is NaN both give the second one.
  INLAY_INLINE F min(F a, F b) { return _mm512_min_ps(a, b); }
  INLAY_INLINE F max(F a, F b) { return _mm512_max_ps(a, b); }

  INLAY_INLINE F abs(F a) { return _mm512_andnot_ps(set(-0.0f), a); }
  INLAY_INLINE F sign(F a) { return _mm512_and_ps(set(-0.0f), a); }
  INLAY_INLINE F bit_or(F a, F b) { return _mm512_or_ps(a, b); }
  INLAY_INLINE F bit_xor(F a, F b) { return _mm512_xor_ps(a, b); }
  INLAY_INLINE Mask less(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
  INLAY_INLINE Mask unordered(F a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q); }
  INLAY_INLINE F select(Mask mask, F a, F b) { return _mm512_mask_blend_ps(mask, b, a); }

  // To the nearest integer (ties to even), down, up.
  INLAY_INLINE F nearest(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT); }
  INLAY_INLINE F floor(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEG_INF); }
  INLAY_INLINE F ceil(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_POS_INF); }
  // Of the bits as an integer: whether it is odd, and its second bit in the place of a sign.
  INLAY_INLINE Mask odd(F a) {
    return _mm512_test_epi32_mask(_mm512_castps_si512(a), _mm512_set1_epi32(1));
  }
  INLAY_INLINE F second_bit(F a) {
    return sign(_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 30)));
  }

  // Elements 0, 2, 4, … of a and then of b.
  INLAY_INLINE F even(F a, F b) {
    const __m512i index =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(a, index, b);
  }

  // a with zeros in between: its lower half, and its upper one.
  INLAY_INLINE F spread_low(F a) {
    const __m512i index = _mm512_setr_epi32(0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0);
    return _mm512_maskz_permutexvar_ps(0x5555, index, a);
  }
  INLAY_INLINE F spread_high(F a) {
    const __m512i index = _mm512_setr_epi32(8, 0, 9, 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15, 0);
    return _mm512_maskz_permutexvar_ps(0x5555, index, a);
  }

  // Bits shifted left by 23: an integer in the low bits becomes a power of two's exponent field.
  INLAY_INLINE F shift_to_exponent(F a) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(a), 23));
  }
  // x = mantissa * 2^exponent with mantissa in [sqrt(1/2), sqrt 2), for normal x > 0.
  INLAY_INLINE F split(F x, F* exponent) {
    const __m512i bits = _mm512_sub_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(0x3F3504F3));
    *exponent = _mm512_cvtepi32_ps(_mm512_srai_epi32(bits, 23));
    const __m512i low = _mm512_and_si512(bits, _mm512_set1_epi32(0x007FFFFF));
    return _mm512_castsi512_ps(_mm512_add_epi32(low, _mm512_set1_epi32(0x3F3504F3)));
  }

  INLAY_INLINE __m256 upper(F a) {
    return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a), 1));
  }
  INLAY_INLINE float sum(F a) {
    const __m256 x = _mm256_add_ps(_mm512_castps512_ps256(a), upper(a));
    __m128 y = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    y = _mm_add_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_add_ss(y, _mm_movehdup_ps(y)));
  }
  INLAY_INLINE float largest(F a) {
    const __m256 x = _mm256_max_ps(_mm512_castps512_ps256(a), upper(a));
    __m128 y = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    y = _mm_max_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_max_ss(y, _mm_movehdup_ps(y)));
  }

  // rows[i] holds row i of a 16 x 16 block; afterwards rows[i] holds column i.
  INLAY_INLINE void transpose(F* rows) {
    F t[16];
    for (int i = 0; i < 8; ++i) {
      t[2 * i] = _mm512_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
      t[2 * i + 1] = _mm512_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
    }
    for (int i = 0; i < 4; ++i) {
      const __m512d a = _mm512_castps_pd(t[4 * i]), b = _mm512_castps_pd(t[4 * i + 1]);
      const __m512d c = _mm512_castps_pd(t[4 * i + 2]), d = _mm512_castps_pd(t[4 * i + 3]);
      rows[4 * i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
      rows[4 * i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
      rows[4 * i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
      rows[4 * i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
    }
    for (int i = 0; i < 4; ++i) {
      t[i] = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0x88);
      t[4 + i] = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0xDD);
      t[8 + i] = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0x88);
      t[12 + i] = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0xDD);
    }
    for (int i = 0; i < 4; ++i) {
      rows[i] = _mm512_shuffle_f32x4(t[i], t[8 + i], 0x88);
      rows[4 + i] = _mm512_shuffle_f32x4(t[4 + i], t[12 + i], 0x88);
      rows[8 + i] = _mm512_shuffle_f32x4(t[i], t[8 + i], 0xDD);
      rows[12 + i] = _mm512_shuffle_f32x4(t[4 + i], t[12 + i], 0xDD);
    }
  }
};

}  // namespace
}  // namespace inlay::kernels
