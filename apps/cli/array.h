// A dense row-major array in memory: what files hold and sessions take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inlay/inlay.h"

namespace cli {

struct Array {
  inlay_dtype dtype = INLAY_DTYPE_UNDEFINED;
  std::vector<int64_t> shape;
  std::vector<std::byte> data;

  // Points into this array.
  inlay_tensor_view view() const {
    return {dtype, static_cast<uint32_t>(shape.size()), shape.data(), data.data()};
  }
};

// Bytes of one element; 0 for types without a fixed size, and of less than a byte.
size_t element_bytes(inlay_dtype dtype);
// Bytes of `count` elements; those of less than a byte are packed. 0 for types without a fixed size.
size_t packed_bytes(inlay_dtype dtype, size_t count);
// "float32", "bool", …
const char* dtype_name(inlay_dtype dtype);
// The number of elements; -1 when a size is negative or the product passes 2^62.
int64_t element_count(const int64_t* shape, size_t rank);
// "[2, 3]", with -1 as "?".
std::string shape_text(const int64_t* shape, size_t rank);

// An array of zeros. Throws Failure "<place>: …" when the shape has no size.
Array make_array(inlay_dtype dtype, std::vector<int64_t> shape, std::string_view place);

}  // namespace cli
