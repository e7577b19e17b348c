// Products of 8-bit integers in vectors of 32-bit sums: what the integer GEMM is written in.
//
// A step takes kGroup elements of k at once: two, as pairs of 16 bits (vpmaddwd), or four, as bytes, where
// the processor multiplies those without saturating (VNNI). vpmaddubsw is no choice: two products
// of u8 and s8 do not fit its 16 bits.
#pragma once

#include <string.h>

namespace inlay::kernels {
namespace {

#if defined(__AVX512F__)

struct IntegerVec {
  using I = __m512i;
  static constexpr int kRows = 12;  // x 2 vectors: 24 sums, 2 weights, an input and a product

  INLAY_INLINE I zero() { return _mm512_setzero_si512(); }
  INLAY_INLINE I set(int32_t x) { return _mm512_set1_epi32(x); }
  INLAY_INLINE I load(const int32_t* p) { return _mm512_loadu_si512(p); }
  INLAY_INLINE void store(int32_t* p, I x) { _mm512_storeu_si512(p, x); }
  INLAY_INLINE void store_first(int32_t* p, I x, int64_t n) {
    _mm512_mask_storeu_epi32(p, Vec::first(n), x);
  }
  INLAY_INLINE I load_first(const int32_t* p, int64_t n) {
    return _mm512_maskz_loadu_epi32(Vec::first(n), p);
  }
  INLAY_INLINE I add(I a, I b) { return _mm512_add_epi32(a, b); }
  INLAY_INLINE I sub(I a, I b) { return _mm512_sub_epi32(a, b); }
  INLAY_INLINE I mul(I a, I b) { return _mm512_mullo_epi32(a, b); }
  INLAY_INLINE Vec::F to_float(I a) { return _mm512_cvtepi32_ps(a); }
#if defined(__AVX512VNNI__)
  using Element = uint8_t;  // of the left side, as a tile reads it
  static constexpr int kGroup = 4;
  INLAY_INLINE I load_weights(const int8_t* p) { return _mm512_loadu_si512(p); }
  INLAY_INLINE I dot(I sum, I a, I b) { return _mm512_dpbusd_epi32(sum, a, b); }
#else
  using Element = int16_t;
  static constexpr int kGroup = 2;
  INLAY_INLINE I load_weights(const int8_t* p) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  INLAY_INLINE I dot(I sum, I a, I b) { return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b)); }
  INLAY_INLINE void widen(const uint8_t* from, int16_t* to) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    _mm512_storeu_si512(to, _mm512_cvtepu8_epi16(bytes));
  }
  static constexpr int kWiden = 32;
#endif
};

#else

struct IntegerVec {
  using I = __m256i;
  static constexpr int kRows = 6;  // x 2 vectors: 12 sums, 2 weights, an input and a product

  INLAY_INLINE I zero() { return _mm256_setzero_si256(); }
  INLAY_INLINE I set(int32_t x) { return _mm256_set1_epi32(x); }
  INLAY_INLINE I load(const int32_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  INLAY_INLINE void store(int32_t* p, I x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x);
  }
  INLAY_INLINE I first(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  INLAY_INLINE void store_first(int32_t* p, I x, int64_t n) {
    _mm256_maskstore_epi32(p, first(n), x);
  }
  INLAY_INLINE I load_first(const int32_t* p, int64_t n) {
    return _mm256_maskload_epi32(p, first(n));
  }
  INLAY_INLINE I add(I a, I b) { return _mm256_add_epi32(a, b); }
  INLAY_INLINE I sub(I a, I b) { return _mm256_sub_epi32(a, b); }
  INLAY_INLINE I mul(I a, I b) { return _mm256_mullo_epi32(a, b); }
  INLAY_INLINE Vec::F to_float(I a) { return _mm256_cvtepi32_ps(a); }
  using Element = int16_t;
  static constexpr int kGroup = 2;
  INLAY_INLINE I load_weights(const int8_t* p) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  INLAY_INLINE I dot(I sum, I a, I b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
  INLAY_INLINE void widen(const uint8_t* from, int16_t* to) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_cvtepu8_epi16(bytes));
  }
  static constexpr int kWiden = 16;
};

#endif

}  // namespace
}  // namespace inlay::kernels
