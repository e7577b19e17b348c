#include "graph/types.h"

#include "base/format.h"

namespace inlay::graph {
namespace {

struct DTypeInfo {
  DType dtype;
  int8_t bytes;
  std::string_view name;
};

constexpr DTypeInfo kInfos[] = {
    {DType::kUndefined, 0, "undefined"}, {DType::kFloat32, 4, "float32"},
    {DType::kUint8, 1, "uint8"},         {DType::kInt8, 1, "int8"},
    {DType::kUint16, 2, "uint16"},       {DType::kInt16, 2, "int16"},
    {DType::kInt32, 4, "int32"},         {DType::kInt64, 8, "int64"},
    {DType::kString, 0, "string"},       {DType::kBool, 1, "bool"},
    {DType::kFloat16, 2, "float16"},     {DType::kFloat64, 8, "float64"},
    {DType::kUint32, 4, "uint32"},       {DType::kUint64, 8, "uint64"},
    {DType::kComplex64, 8, "complex64"}, {DType::kComplex128, 16, "complex128"},
    {DType::kBfloat16, 2, "bfloat16"},
};

const DTypeInfo* find(DType dtype) {
  for (const DTypeInfo& info : kInfos)
    if (info.dtype == dtype) return &info;
  return nullptr;
}

}  // namespace

int64_t dtype_bytes(DType dtype) {
  const DTypeInfo* info = find(dtype);
  return info ? info->bytes : 0;
}

std::string dtype_text(DType dtype) {
  const DTypeInfo* info = find(dtype);
  return info ? std::string(info->name) : format("type {}", static_cast<int>(dtype));
}

bool is_integer(DType dtype) {
  return (dtype >= DType::kUint8 && dtype <= DType::kInt64) || dtype == DType::kUint32 ||
         dtype == DType::kUint64;
}

bool is_float(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kFloat64 || dtype == DType::kFloat16 ||
         dtype == DType::kBfloat16;
}

std::string shape_text(const ExprPool& exprs, const Shape& shape) {
  std::string out = "[";
  for (size_t i = 0; i < shape.size(); ++i) out += (i ? ", " : "") + exprs.text(shape[i]);
  return out + "]";
}

std::string shape_text(std::span<const int64_t> shape) {
  std::string out = "[";
  for (size_t i = 0; i < shape.size(); ++i) out += (i ? ", " : "") + to_text(shape[i]);
  return out + "]";
}

}  // namespace inlay::graph
