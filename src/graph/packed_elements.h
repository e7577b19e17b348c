// Elements of less than a byte: several a byte in files and at the C ABI, one a byte in between.
//
// ONNX packs row-major elements without gaps, the first into the lowest bits; the last byte's unused
// bits are 0. In memory int4 and int2 are int8 with the sign extended; uint4, uint2 and float4e2m1
// are their bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "graph/types.h"

namespace inlay::graph {

// True for types of less than a byte.
bool is_packed(DType dtype);
// Bytes of `count` elements as ONNX packs them; of other types as they are in memory. Requires that
// count * dtype_bytes is a number.
int64_t packed_bytes(DType dtype, int64_t count);

// The low bits of `bits` as an element in memory.
uint8_t element_of_bits(DType dtype, uint8_t bits);

// Both require is_packed(dtype) and packed_bytes(dtype, elements.size()) bytes of `packed`.
void unpack_elements(DType dtype, std::span<const std::byte> packed, std::span<std::byte> elements);
void pack_elements(DType dtype, std::span<const std::byte> elements, std::span<std::byte> packed);

}  // namespace inlay::graph
