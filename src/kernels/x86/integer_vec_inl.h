// Products of 8-bit integers in vectors of 32-bit sums: what the integer GEMM is written in.
//
// A step takes kGroup elements of k at once, as bytes: in one instruction where the processor has it (VNNI), else in
// three, whose first adds two products in 16 bits and would saturate. So a group of weights is narrow where no two
// neighbours make a sum that does not fit, whatever they are multiplied by; others go as pairs of 16 bits.
#pragma once

#include <string.h>

namespace inlay::kernels {
namespace {

constexpr int64_t kGroup = 4;
#if defined(__AVX512VNNI__)
constexpr bool kAllNarrow = true;
#else
constexpr bool kAllNarrow = false;
#endif

#if defined(__AVX512F__)

struct IntegerVec {
  using I = __m512i;
  static constexpr int kRows = 12;  // x 2 vectors: 24 sums, 2 weights, an input, a product and ones

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
  INLAY_INLINE I load_weights(const int8_t* p) { return _mm512_loadu_si512(p); }
#if defined(__AVX512VNNI__)
  INLAY_INLINE I dot(I sum, I a, I b) { return _mm512_dpbusd_epi32(sum, a, b); }
#else
  INLAY_INLINE I dot(I sum, I a, I b) {
    const I products = _mm512_madd_epi16(_mm512_maddubs_epi16(a, b), _mm512_set1_epi16(1));
    return _mm512_add_epi32(sum, products);
  }
#endif
  INLAY_INLINE I dot_pairs(I sum, I a, I b) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b));
  }
  // Bytes 0, 2, … of each group as pairs of 16 bits; bytes 1, 3, ….
  INLAY_INLINE I even(I b) { return _mm512_srai_epi16(_mm512_slli_epi16(b, 8), 8); }
  INLAY_INLINE I odd(I b) { return _mm512_srai_epi16(b, 8); }
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
  INLAY_INLINE I load_weights(const int8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  INLAY_INLINE I dot(I sum, I a, I b) {
    const I products = _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1));
    return _mm256_add_epi32(sum, products);
  }
  INLAY_INLINE I dot_pairs(I sum, I a, I b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
  }
  INLAY_INLINE I even(I b) { return _mm256_srai_epi16(_mm256_slli_epi16(b, 8), 8); }
  INLAY_INLINE I odd(I b) { return _mm256_srai_epi16(b, 8); }
};

#endif

}  // namespace
}  // namespace inlay::kernels
