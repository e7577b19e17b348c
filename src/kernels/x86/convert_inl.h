// Conversions over one Vec; see convert.h.
#pragma once

#include "kernels/convert.h"

namespace inlay::kernels {
namespace {

// Runs whole vectors, then the rest through a copy of its own width, so that nothing behind the ends is
// touched.
template <class From, class To, class Step>
INLAY_INLINE void convert_vectors(const From* from, int64_t n, To* to, Step step) {
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) step(from + i, to + i);
  if (i == n) return;
  From some[Vec::kWidth] = {};
  To made[Vec::kWidth];
  for (int64_t j = i; j < n; ++j) some[j - i] = from[j];
  step(some, made);
  for (int64_t j = i; j < n; ++j) to[j] = made[j - i];
}

inline void widen_f16(const uint16_t* from, int64_t n, float* to) {
  convert_vectors(from, n, to,
                  [](const uint16_t* p, float* q) { Vec::store(q, Vec::load_f16(p)); });
}

inline void widen_bf16(const uint16_t* from, int64_t n, float* to) {
  convert_vectors(from, n, to,
                  [](const uint16_t* p, float* q) { Vec::store(q, Vec::load_bf16(p)); });
}

inline void narrow_f16(const float* from, int64_t n, uint16_t* to) {
  convert_vectors(from, n, to,
                  [](const float* p, uint16_t* q) { Vec::store_f16(q, Vec::load(p)); });
}

inline void narrow_bf16(const float* from, int64_t n, uint16_t* to) {
  convert_vectors(from, n, to,
                  [](const float* p, uint16_t* q) { Vec::store_bf16(q, Vec::load(p)); });
}

}  // namespace
}  // namespace inlay::kernels
