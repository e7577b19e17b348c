#include "onnx/value_info.h"

namespace inlay::onnx {
namespace {

// A TensorShapeProto.Dimension.
struct Dimension {
  std::optional<int64_t> value;
  std::string param;
};

Result<Dimension> read_dimension(protobuf::Reader message) {
  Dimension dimension;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(const int64_t value, message.int64());
      // Some exporters write -1 for a size that is not known.
      if (value < -1)
        return message.error(format("expected a size of at least 0, found {}", value));
      if (value >= 0) dimension.value = value;
    } else if (message.field() == 2) {
      INLAY_ASSIGN(dimension.param, read_text(message));
    }
  }
  INLAY_TRY(message.status());
  return dimension;
}

Result<std::vector<Dimension>> read_shape(protobuf::Reader message) {
  std::vector<Dimension> dimensions;
  while (message.next()) {
    if (message.field() != 1) continue;
    INLAY_ASSIGN(const protobuf::Reader dim, message.message());
    INLAY_ASSIGN(Dimension dimension, read_dimension(dim));
    dimensions.push_back(std::move(dimension));
  }
  INLAY_TRY(message.status());
  return dimensions;
}

using graph::ValueType;

constexpr int kMaxDepth = 16;

// Field numbers of TypeProto.
enum TypeField : uint32_t {
  kTensorType = 1,
  kSequenceType = 4,
  kMapType = 5,
  kDenotation = 6,
  kSparseTensorType = 8,
  kOptionalType = 9,
};

Result<graph::DType> read_dtype(const protobuf::Reader& in) {
  INLAY_ASSIGN(const int32_t number, in.int32());
  if (number < 0 || number > static_cast<int>(graph::DType::kInt2))
    return unsupported("elements of type {} are not supported", number);
  return static_cast<graph::DType>(number);
}

// Reads types; unknown sizes are named after the value.
class TypeReader {
 public:
  TypeReader(const std::string& name, graph::ExprPool& exprs) : name_(name), exprs_(exprs) {}

  Result<ValueType> type(protobuf::Reader message, int depth = 0) {
    if (depth > kMaxDepth)
      return unsupported("expected a type of at most {} levels, found more", kMaxDepth);
    ValueType type;
    while (message.next()) {
      if (message.field() == kDenotation) continue;
      INLAY_ASSIGN(const protobuf::Reader inner, message.message());
      INLAY_ASSIGN(type, kind(message.field(), inner, depth));
    }
    INLAY_TRY(message.status());
    return type;
  }

 private:
  Result<ValueType> kind(uint32_t field, protobuf::Reader message, int depth) {
    switch (field) {
      case kTensorType: return tensor(message);
      case kSequenceType: return holder(ValueType::Kind::kSequence, 1, message, depth);
      case kOptionalType: return holder(ValueType::Kind::kOptional, 1, message, depth);
      case kMapType: return holder(ValueType::Kind::kMap, 2, message, depth);
      case kSparseTensorType:
        return unsupported("expected a dense tensor, found a type that is a sparse tensor");
      default: return unsupported("expected a tensor, found a type of an unknown kind");
    }
  }

  // A sequence, optional or map, whose elements' type is in field `element`.
  Result<ValueType> holder(ValueType::Kind kind, uint32_t element, protobuf::Reader message,
                           int depth) {
    ValueType made, inner;
    made.kind = kind;
    while (message.next()) {
      if (message.field() == element) {
        INLAY_ASSIGN(const protobuf::Reader type_message, message.message());
        INLAY_ASSIGN(inner, type(type_message, depth + 1));
      } else if (kind == ValueType::Kind::kMap && message.field() == 1) {
        INLAY_ASSIGN(made.key, read_dtype(message));
      }
    }
    INLAY_TRY(message.status());
    made.element = std::make_shared<const ValueType>(std::move(inner));
    return made;
  }

  Result<ValueType> tensor(protobuf::Reader message) {
    ValueType made;
    while (message.next()) {
      if (message.field() == 1) {
        INLAY_ASSIGN(made.tensor.dtype, read_dtype(message));
      } else if (message.field() == 2) {
        INLAY_ASSIGN(const protobuf::Reader shape, message.message());
        INLAY_ASSIGN(const std::vector<Dimension> dimensions, read_shape(shape));
        made.tensor.shape = named(dimensions);
      }
    }
    INLAY_TRY(message.status());
    return made;
  }

  graph::Shape named(const std::vector<Dimension>& dimensions) {
    graph::Shape shape;
    for (size_t axis = 0; axis < dimensions.size(); ++axis) {
      const Dimension& dim = dimensions[axis];
      shape.push_back(dim.value           ? exprs_.constant(*dim.value)
                      : dim.param.empty() ? exprs_.fresh_symbol(format("{}.{}", name_, axis))
                                          : exprs_.symbol(dim.param));
    }
    return shape;
  }

  const std::string& name_;
  graph::ExprPool& exprs_;
};

struct RawInfo {
  std::string name;
  std::optional<protobuf::Reader> type;
};

Result<RawInfo> read_raw(protobuf::Reader message) {
  RawInfo info;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(info.name, read_text(message));
    } else if (message.field() == 2) {
      INLAY_ASSIGN(info.type, message.message());
    }
  }
  INLAY_TRY(message.status());
  return info;
}

}  // namespace

Result<ValueType> read_type(protobuf::Reader message, const std::string& name,
                            graph::ExprPool& exprs) {
  return TypeReader(name, exprs).type(message);
}

Result<ValueInfo> read_value_info(protobuf::Reader message, graph::ExprPool& exprs) {
  INLAY_ASSIGN(RawInfo raw, read_raw(message));
  ValueInfo info{std::move(raw.name), {}};
  if (!raw.type) return info;
  Result<ValueType> type = read_type(*raw.type, info.name, exprs);
  if (!type.ok()) return std::move(type).status().at(format("input {}", quote(info.name)));
  info.type = std::move(*type);
  return info;
}

Result<ValueInfo> read_output_info(protobuf::Reader message, graph::ExprPool& exprs) {
  INLAY_ASSIGN(RawInfo raw, read_raw(message));
  ValueInfo info{std::move(raw.name), {}};
  if (!raw.type) return info;
  if (Result<ValueType> type = read_type(*raw.type, info.name, exprs); type.ok())
    info.type = std::move(*type);
  return info;
}

}  // namespace inlay::onnx
