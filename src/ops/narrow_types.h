// Types that have no loops of their own: floats of 8 and 4 bits, integers of 4 and 2. Their elements are
// computed with as elements of a carrier, float32, int8 or uint8, which holds each of them exactly.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/small_float.h"
#include "ops/lowering.h"

namespace inlay::ops {

bool is_narrow(DType dtype);
// float32 for floats, int8 or uint8 for integers; other types are their own.
DType carrier_of(DType dtype);

// What becomes of numbers that a type does not have.
struct NarrowRules {
  bool saturate = true;                       // of floats that are too large
  E8m0Rounding rounding = E8m0Rounding::kUp;  // of float8e8m0
};
// From the attributes "saturate" and "round_mode".
Result<NarrowRules> narrow_rules(const graph::Node& node);

// `n` elements of the narrow type as its carrier, without gaps.
void widen_elements(DType narrow, const std::byte* in, int64_t stride, std::byte* out, int64_t n);
// The way back; integers lose their high bits. `in` and `out` may be the same memory.
void narrow_elements(DType narrow, const std::byte* in, int64_t stride, std::byte* out, int64_t n,
                     NarrowRules rules);

// Integers of every width up to 16 bits: what quantized types can hold.
struct IntegerRange {
  int32_t low, high;
};
IntegerRange integer_range(DType dtype);

}  // namespace inlay::ops
