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

// A TypeProto.Tensor before its unknown sizes have names.
struct RawType {
  graph::DType dtype = graph::DType::kUndefined;
  std::optional<std::vector<Dimension>> shape;
};

Result<RawType> read_tensor_type(protobuf::Reader message) {
  RawType type;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(const int32_t number, message.int32());
      if (number < 0 || number > static_cast<int>(graph::DType::kInt2))
        return unsupported("elements of type {} are not supported", number);
      type.dtype = static_cast<graph::DType>(number);
    } else if (message.field() == 2) {
      INLAY_ASSIGN(const protobuf::Reader shape, message.message());
      INLAY_ASSIGN(type.shape, read_shape(shape));
    }
  }
  INLAY_TRY(message.status());
  return type;
}

std::string_view kind_text(uint32_t field) {
  switch (field) {
    case 4: return "a sequence";
    case 5: return "a map";
    case 8: return "a sparse tensor";
    case 9: return "an optional";
    default: return "of an unknown kind";
  }
}

Result<RawType> read_type(protobuf::Reader message) {
  RawType type;
  while (message.next()) {
    if (message.field() == 6) continue;  // denotation
    if (message.field() != 1)
      return unsupported("expected a tensor, found a type that is {}", kind_text(message.field()));
    INLAY_ASSIGN(const protobuf::Reader tensor, message.message());
    INLAY_ASSIGN(type, read_tensor_type(tensor));
  }
  INLAY_TRY(message.status());
  return type;
}

graph::TensorType name_sizes(const RawType& raw, const std::string& name, graph::ExprPool& exprs) {
  graph::TensorType type{raw.dtype, std::nullopt};
  if (!raw.shape) return type;
  type.shape.emplace();
  for (size_t axis = 0; axis < raw.shape->size(); ++axis) {
    const Dimension& dim = (*raw.shape)[axis];
    type.shape->push_back(dim.value           ? exprs.constant(*dim.value)
                          : dim.param.empty() ? exprs.fresh_symbol(format("{}.{}", name, axis))
                                              : exprs.symbol(dim.param));
  }
  return type;
}

}  // namespace

Result<ValueInfo> read_value_info(protobuf::Reader message, graph::ExprPool& exprs) {
  ValueInfo info;
  RawType raw;
  Status failed;
  while (message.next()) {
    if (message.field() == 1) {
      INLAY_ASSIGN(info.name, read_text(message));
    } else if (message.field() == 2) {
      INLAY_ASSIGN(const protobuf::Reader type, message.message());
      Result<RawType> read = read_type(type);
      if (read.ok())
        raw = std::move(*read);
      else
        failed = std::move(read).status();
    }
  }
  INLAY_TRY(message.status());
  if (!failed.ok()) return std::move(failed).at(format("input {}", quote(info.name)));
  info.type = name_sizes(raw, info.name, exprs);
  return info;
}

Result<std::string> read_value_name(protobuf::Reader message) {
  std::string name;
  while (message.next()) {
    if (message.field() != 1) continue;
    INLAY_ASSIGN(name, read_text(message));
  }
  INLAY_TRY(message.status());
  return name;
}

}  // namespace inlay::onnx
