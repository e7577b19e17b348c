#include "array.h"

#include "failure.h"

namespace cli {
namespace {

struct Type {
  inlay_dtype dtype;
  size_t bits;
  const char* name;
};

constexpr Type kTypes[] = {
    {INLAY_DTYPE_FLOAT32, 32, "float32"},
    {INLAY_DTYPE_UINT8, 8, "uint8"},
    {INLAY_DTYPE_INT8, 8, "int8"},
    {INLAY_DTYPE_UINT16, 16, "uint16"},
    {INLAY_DTYPE_INT16, 16, "int16"},
    {INLAY_DTYPE_INT32, 32, "int32"},
    {INLAY_DTYPE_INT64, 64, "int64"},
    {INLAY_DTYPE_STRING, 0, "string"},
    {INLAY_DTYPE_BOOL, 8, "bool"},
    {INLAY_DTYPE_FLOAT16, 16, "float16"},
    {INLAY_DTYPE_FLOAT64, 64, "float64"},
    {INLAY_DTYPE_UINT32, 32, "uint32"},
    {INLAY_DTYPE_UINT64, 64, "uint64"},
    {INLAY_DTYPE_COMPLEX64, 64, "complex64"},
    {INLAY_DTYPE_COMPLEX128, 128, "complex128"},
    {INLAY_DTYPE_BFLOAT16, 16, "bfloat16"},
    {INLAY_DTYPE_FLOAT8E4M3FN, 8, "float8e4m3fn"},
    {INLAY_DTYPE_FLOAT8E4M3FNUZ, 8, "float8e4m3fnuz"},
    {INLAY_DTYPE_FLOAT8E5M2, 8, "float8e5m2"},
    {INLAY_DTYPE_FLOAT8E5M2FNUZ, 8, "float8e5m2fnuz"},
    {INLAY_DTYPE_UINT4, 4, "uint4"},
    {INLAY_DTYPE_INT4, 4, "int4"},
    {INLAY_DTYPE_FLOAT4E2M1, 4, "float4e2m1"},
    {INLAY_DTYPE_FLOAT8E8M0, 8, "float8e8m0"},
    {INLAY_DTYPE_UINT2, 2, "uint2"},
    {INLAY_DTYPE_INT2, 2, "int2"},
    {INLAY_DTYPE_UNDEFINED, 0, "no type"},
};

const Type& type_of(inlay_dtype dtype) {
  const Type* type = kTypes;
  while (type->dtype != dtype && type->dtype != INLAY_DTYPE_UNDEFINED) ++type;
  return *type;
}

}  // namespace

size_t element_bytes(inlay_dtype dtype) { return type_of(dtype).bits / 8; }

size_t packed_bytes(inlay_dtype dtype, size_t count) {
  const size_t bits = type_of(dtype).bits;
  if (bits == 0 || bits >= 8) return count * (bits / 8);
  return (count + 8 / bits - 1) / (8 / bits);
}

const char* dtype_name(inlay_dtype dtype) { return type_of(dtype).name; }

int64_t element_count(const int64_t* shape, size_t rank) {
  constexpr int64_t kMost = int64_t{1} << 62;
  bool empty = false;
  for (size_t i = 0; i < rank; ++i) {
    if (shape[i] < 0) return -1;
    empty = empty || shape[i] == 0;
  }
  if (empty) return 0;
  int64_t count = 1;
  for (size_t i = 0; i < rank; ++i) {
    if (count > kMost / shape[i]) return -1;
    count *= shape[i];
  }
  return count;
}

std::string shape_text(const int64_t* shape, size_t rank) {
  std::string out = "[";
  for (size_t i = 0; i < rank; ++i) {
    out += (i == 0 ? "" : ", ") + (shape[i] < 0 ? std::string("?") : concat(shape[i]));
  }
  return out + "]";
}

Array make_array(inlay_dtype dtype, std::vector<int64_t> shape, std::string_view place) {
  const int64_t count = element_count(shape.data(), shape.size());
  const size_t bytes = element_bytes(dtype);
  if (bytes == 0) fail(place, ": expected numbers, found ", dtype_name(dtype));
  if (count < 0 || static_cast<uint64_t>(count) > (uint64_t{1} << 46) / bytes) {
    fail(place, ": expected a shape that fits in memory, found ",
         shape_text(shape.data(), shape.size()));
  }
  return {dtype, std::move(shape), std::vector<std::byte>(static_cast<size_t>(count) * bytes)};
}

}  // namespace cli
