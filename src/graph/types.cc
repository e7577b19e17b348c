#include "graph/types.h"

#include "base/format.h"

namespace inlay::graph {
namespace {

struct DTypeInfo {
  DType dtype;
  uint8_t bytes, bits;
  std::string_view name;
};

constexpr DTypeInfo kInfos[] = {
    {DType::kUndefined, 0, 0, "undefined"},
    {DType::kFloat32, 4, 32, "float32"},
    {DType::kUint8, 1, 8, "uint8"},
    {DType::kInt8, 1, 8, "int8"},
    {DType::kUint16, 2, 16, "uint16"},
    {DType::kInt16, 2, 16, "int16"},
    {DType::kInt32, 4, 32, "int32"},
    {DType::kInt64, 8, 64, "int64"},
    {DType::kString, 0, 0, "string"},
    {DType::kBool, 1, 8, "bool"},
    {DType::kFloat16, 2, 16, "float16"},
    {DType::kFloat64, 8, 64, "float64"},
    {DType::kUint32, 4, 32, "uint32"},
    {DType::kUint64, 8, 64, "uint64"},
    {DType::kComplex64, 8, 64, "complex64"},
    {DType::kComplex128, 16, 128, "complex128"},
    {DType::kBfloat16, 2, 16, "bfloat16"},
    {DType::kFloat8e4m3fn, 1, 8, "float8e4m3fn"},
    {DType::kFloat8e4m3fnuz, 1, 8, "float8e4m3fnuz"},
    {DType::kFloat8e5m2, 1, 8, "float8e5m2"},
    {DType::kFloat8e5m2fnuz, 1, 8, "float8e5m2fnuz"},
    {DType::kUint4, 1, 4, "uint4"},
    {DType::kInt4, 1, 4, "int4"},
    {DType::kFloat4e2m1, 1, 4, "float4e2m1"},
    {DType::kFloat8e8m0, 1, 8, "float8e8m0"},
    {DType::kUint2, 1, 2, "uint2"},
    {DType::kInt2, 1, 2, "int2"},
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

int64_t dtype_bits(DType dtype) {
  const DTypeInfo* info = find(dtype);
  return info ? info->bits : 0;
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

std::string type_text(const ExprPool& exprs, const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::kTensor: break;
    case ValueType::Kind::kSequence:
      return format("a sequence of {}", type_text(exprs, *type.element));
    case ValueType::Kind::kOptional:
      return format("an optional of {}", type_text(exprs, *type.element));
    case ValueType::Kind::kMap:
      return format("a map from {} to {}", dtype_text(type.key), type_text(exprs, *type.element));
  }
  const auto& shape = type.tensor.shape;
  return format("{} {}", dtype_text(type.tensor.dtype),
                shape ? shape_text(exprs, *shape) : "of any rank");
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
