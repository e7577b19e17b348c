// Element types and shapes of values. The numbers of DType are ONNX's TensorProto.DataType.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/expr.h"

namespace inlay::graph {

enum class DType : uint8_t {
  kUndefined = 0,
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kUint32 = 12,
  kUint64 = 13,
  kComplex64 = 14,
  kComplex128 = 15,
  kBfloat16 = 16,
  kFloat8e4m3fn = 17,
  kFloat8e4m3fnuz = 18,
  kFloat8e5m2 = 19,
  kFloat8e5m2fnuz = 20,
  kUint4 = 21,
  kInt4 = 22,
  kFloat4e2m1 = 23,
  kFloat8e8m0 = 24,
  kUint2 = 25,
  kInt2 = 26,
};

// Bytes of one element in memory; 0 for strings. Elements of less than a byte have one each, with
// the sign extended (graph/packed_elements.h).
int64_t dtype_bytes(DType dtype);
// What an element means: 4 for int4. 0 for strings.
int64_t dtype_bits(DType dtype);
// "float32", "int64", …; "type 42" for a number that is none of them.
std::string dtype_text(DType dtype);
// Those of a byte or more.
bool is_integer(DType dtype);
// Those of two bytes or more.
bool is_float(DType dtype);

// One size an axis, as expressions over the symbols of a pool.
using Shape = std::vector<Expr>;

// "[batch, 3]"
std::string shape_text(const ExprPool& exprs, const Shape& shape);
std::string shape_text(std::span<const int64_t> shape);

// What is known of a tensor before a run. No shape: the rank is unknown.
struct TensorType {
  DType dtype = DType::kUndefined;
  std::optional<Shape> shape;
};

// What a value is declared to be, where that may be more than a tensor.
struct ValueType {
  enum class Kind : uint8_t { kTensor, kSequence, kOptional, kMap };
  Kind kind = Kind::kTensor;
  TensorType tensor;                         // of a tensor
  DType key = DType::kUndefined;             // of a map
  std::shared_ptr<const ValueType> element;  // of the others; a map's values
};

// "float32 [batch, 3]", "string of any rank", "a sequence of int64 []", "an optional of …",
// "a map from int64 to …".
std::string type_text(const ExprPool& exprs, const ValueType& type);

}  // namespace inlay::graph
