// Stored elements as vectors of floats, over one Vec; see element.h.
#pragma once

#include <stddef.h>

#include "kernels/element.h"

namespace inlay::kernels {
namespace {

// load(): a vector of them. load_first(): the first n; the others are 0.
struct F32 {
  using Stored = float;
  INLAY_INLINE Vec::F load(const float* p) { return Vec::load(p); }
  INLAY_INLINE Vec::F load_first(const float* p, int64_t n) { return Vec::load_first(p, n); }
};

template <Vec::F (*kLoad)(const uint16_t*)>
struct Narrow {
  using Stored = uint16_t;
  INLAY_INLINE Vec::F load(const uint16_t* p) { return kLoad(p); }
  INLAY_INLINE Vec::F load_first(const uint16_t* p, int64_t n) {
    uint16_t some[Vec::kWidth] = {};
    __builtin_memcpy(some, p, static_cast<size_t>(n) * sizeof *p);
    return kLoad(some);
  }
};
using F16 = Narrow<Vec::load_f16>;
using Bf16 = Narrow<Vec::load_bf16>;

}  // namespace
}  // namespace inlay::kernels
