// Floats as doubles: the two halves of a Vec::F side by side.
#pragma once

namespace inlay::kernels {
namespace {

#if defined(__AVX512F__)

struct HalfDoubles {
  using D = __m512d;
  INLAY_INLINE D set(double x) { return _mm512_set1_pd(x); }
  INLAY_INLINE D load(const double* p) { return _mm512_loadu_pd(p); }
  INLAY_INLINE void store(double* p, D x) { _mm512_storeu_pd(p, x); }
  INLAY_INLINE D widen(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
  INLAY_INLINE D low(Vec::F x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
  INLAY_INLINE D high(Vec::F x) { return _mm512_cvtps_pd(Vec::upper(x)); }
  INLAY_INLINE Vec::F narrow(D low, D high) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high),
                              1);
  }
  INLAY_INLINE D add(D a, D b) { return _mm512_add_pd(a, b); }
  INLAY_INLINE D sub(D a, D b) { return _mm512_sub_pd(a, b); }
  INLAY_INLINE D mul(D a, D b) { return _mm512_mul_pd(a, b); }
  INLAY_INLINE D fma(D a, D b, D c) { return _mm512_fmadd_pd(a, b, c); }
  INLAY_INLINE D abs(D a) { return _mm512_abs_pd(a); }
  // Element i is element i ^ step; step is a power of two.
  INLAY_INLINE D swap(D a, int step) {
    if (step == 4) return _mm512_shuffle_f64x2(a, a, 0x4E);
    return step == 2 ? _mm512_shuffle_f64x2(a, a, 0xB1) : _mm512_permute_pd(a, 0x55);
  }
};

INLAY_INLINE Vec::F swap(Vec::F a, int step) {
  if (step == 8) return _mm512_shuffle_f32x4(a, a, 0x4E);
  if (step == 4) return _mm512_shuffle_f32x4(a, a, 0xB1);
  return step == 2 ? _mm512_permute_ps(a, 0x4E) : _mm512_permute_ps(a, 0xB1);
}

// Elements from `n` on are `other`.
INLAY_INLINE Vec::F load_or(const float* p, int64_t n, Vec::F other) {
  return _mm512_mask_loadu_ps(other, Vec::first(n), p);
}
// A bit for each element.
INLAY_INLINE uint32_t bits_of(Vec::Mask mask) { return mask; }

#else

struct HalfDoubles {
  using D = __m256d;
  INLAY_INLINE D set(double x) { return _mm256_set1_pd(x); }
  INLAY_INLINE D load(const double* p) { return _mm256_loadu_pd(p); }
  INLAY_INLINE void store(double* p, D x) { _mm256_storeu_pd(p, x); }
  INLAY_INLINE D widen(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
  INLAY_INLINE D low(Vec::F x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
  INLAY_INLINE D high(Vec::F x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
  INLAY_INLINE Vec::F narrow(D low, D high) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high),
                                1);
  }
  INLAY_INLINE D add(D a, D b) { return _mm256_add_pd(a, b); }
  INLAY_INLINE D sub(D a, D b) { return _mm256_sub_pd(a, b); }
  INLAY_INLINE D mul(D a, D b) { return _mm256_mul_pd(a, b); }
  INLAY_INLINE D fma(D a, D b, D c) { return _mm256_fmadd_pd(a, b, c); }
  INLAY_INLINE D abs(D a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
  INLAY_INLINE D swap(D a, int step) {
    return step == 2 ? _mm256_permute2f128_pd(a, a, 1) : _mm256_permute_pd(a, 5);
  }
};

INLAY_INLINE Vec::F swap(Vec::F a, int step) {
  if (step == 4) return _mm256_permute2f128_ps(a, a, 1);
  return step == 2 ? _mm256_permute_ps(a, 0x4E) : _mm256_permute_ps(a, 0xB1);
}

INLAY_INLINE Vec::F load_or(const float* p, int64_t n, Vec::F other) {
  return _mm256_blendv_ps(other, Vec::load_first(p, n), _mm256_castsi256_ps(Vec::first(n)));
}
INLAY_INLINE uint32_t bits_of(Vec::Mask mask) {
  return static_cast<uint32_t>(_mm256_movemask_ps(mask));
}

#endif

// As many doubles as a vector has floats.
struct Doubles {
  using H = HalfDoubles;
  static constexpr int kHalf = Vec::kWidth / 2;
  H::D low, high;

  INLAY_INLINE Doubles set(double x) { return {H::set(x), H::set(x)}; }
  INLAY_INLINE Doubles widen(const float* p) { return {H::widen(p), H::widen(p + kHalf)}; }
  INLAY_INLINE Doubles widen(Vec::F x) { return {H::low(x), H::high(x)}; }
  INLAY_INLINE Doubles load(const double* p) { return {H::load(p), H::load(p + kHalf)}; }
  INLAY_INLINE void store(double* p, Doubles x) {
    H::store(p, x.low);
    H::store(p + kHalf, x.high);
  }
  INLAY_INLINE Doubles add(Doubles a, Doubles b) {
    return {H::add(a.low, b.low), H::add(a.high, b.high)};
  }
  INLAY_INLINE Doubles sub(Doubles a, Doubles b) {
    return {H::sub(a.low, b.low), H::sub(a.high, b.high)};
  }
  INLAY_INLINE Doubles mul(Doubles a, Doubles b) {
    return {H::mul(a.low, b.low), H::mul(a.high, b.high)};
  }
  INLAY_INLINE Doubles fma(Doubles a, Doubles b, Doubles c) {
    return {H::fma(a.low, b.low, c.low), H::fma(a.high, b.high, c.high)};
  }
  INLAY_INLINE Doubles abs(Doubles a) { return {H::abs(a.low), H::abs(a.high)}; }
  INLAY_INLINE double sum(Doubles a) {
    H::D x = H::add(a.low, a.high);
    INLAY_UNROLL for (int step = kHalf / 2; step > 0; step /= 2) x = H::add(x, H::swap(x, step));
    return first(x);
  }
  INLAY_INLINE double first(H::D x) { return x[0]; }
};

}  // namespace
}  // namespace inlay::kernels
