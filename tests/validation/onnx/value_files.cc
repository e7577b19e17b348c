#include "onnx/value_files.h"

#include "graph/packed_elements.h"
#include "onnx/tensor_proto.h"

namespace inlay::test {
namespace {

using graph::TensorRef;

Result<ValueHandle> taken(inlay_error* error, inlay_value* value) {
  ValueHandle owner(value);
  INLAY_TRY(to_status(error));
  return owner;
}

Result<ValueHandle> strings_value(const graph::Tensor& tensor) {
  std::vector<const char*> texts;
  std::vector<size_t> bytes;
  for (const std::string& text : tensor.strings) {
    texts.push_back(text.data());
    bytes.push_back(text.size());
  }
  inlay_value* value = nullptr;
  inlay_error* const error =
      inlay_value_from_strings(texts.data(), bytes.data(), tensor.shape.data(),
                               static_cast<uint32_t>(tensor.shape.size()), &value);
  return taken(error, value);
}

Result<ValueHandle> tensor_value(const graph::Tensor& tensor) {
  if (tensor.dtype == graph::DType::kString) return strings_value(tensor);
  std::vector<std::byte> packed(
      static_cast<size_t>(graph::packed_bytes(tensor.dtype, tensor.count())));
  const bool is_packed = graph::is_packed(tensor.dtype);
  if (is_packed) graph::pack_elements(tensor.dtype, tensor.data, packed);
  const inlay_tensor_view view = {static_cast<inlay_dtype>(tensor.dtype),
                                  static_cast<uint32_t>(tensor.shape.size()), tensor.shape.data(),
                                  is_packed ? packed.data() : tensor.data.data()};
  inlay_value* value = nullptr;
  inlay_error* const error = inlay_value_from_tensor(&view, &value);
  return taken(error, value);
}

// The field of SequenceProto and OptionalProto that holds such an element.
uint32_t field_of(const inlay_value_type& type) {
  switch (type.kind) {
    case INLAY_VALUE_SEQUENCE: return 5;
    case INLAY_VALUE_MAP: return 6;
    case INLAY_VALUE_OPTIONAL: return 7;
    default: return 3;
  }
}

class ValueReader {
 public:
  explicit ValueReader(onnx::ModelSource& source) : source_(source) {}

  Result<ValueHandle> value(protobuf::Reader message, const inlay_value_type& type) {
    switch (type.kind) {
      case INLAY_VALUE_SEQUENCE: return sequence(message, *type.element);
      case INLAY_VALUE_OPTIONAL: return optional(message, *type.element);
      case INLAY_VALUE_MAP: return map(message, *type.element);
      default: break;
    }
    INLAY_ASSIGN(const onnx::NamedTensor read, onnx::read_tensor(message, source_));
    graph::Tensor tensor = *read.tensor;
    // ONNX 1.19 and before have the bits of bfloat16 in files as uint16.
    if (tensor.dtype == graph::DType::kUint16 && type.dtype == INLAY_DTYPE_BFLOAT16)
      tensor.dtype = graph::DType::kBfloat16;
    return tensor_value(tensor);
  }

 private:
  Result<ValueHandle> sequence(protobuf::Reader message, const inlay_value_type& type) {
    std::vector<ValueHandle> elements;
    while (message.next()) {
      if (message.field() != field_of(type)) continue;
      INLAY_ASSIGN(const protobuf::Reader inner, message.message());
      INLAY_ASSIGN(ValueHandle element, value(inner, type));
      elements.push_back(std::move(element));
    }
    INLAY_TRY(message.status());
    std::vector<const inlay_value*> raw;
    for (const ValueHandle& element : elements) raw.push_back(element.get());
    inlay_value* made = nullptr;
    inlay_error* const error = inlay_value_from_sequence(raw.data(), raw.size(), type.dtype, &made);
    return taken(error, made);
  }

  Result<ValueHandle> optional(protobuf::Reader message, const inlay_value_type& type) {
    ValueHandle held;
    while (message.next()) {
      if (message.field() != field_of(type)) continue;
      INLAY_ASSIGN(const protobuf::Reader inner, message.message());
      INLAY_ASSIGN(held, value(inner, type));
    }
    INLAY_TRY(message.status());
    if (held) return held;
    inlay_value* made = nullptr;
    inlay_error* const error = inlay_value_from_nothing(&made);
    return taken(error, made);
  }

  Result<ValueHandle> map(protobuf::Reader message, const inlay_value_type& type) {
    graph::Tensor strings;
    strings.dtype = graph::DType::kString;
    std::vector<int64_t> numbers;
    ValueHandle values;
    while (message.next()) {
      if (message.field() == 3) {
        INLAY_TRY(message.append(numbers));
      } else if (message.field() == 4) {
        INLAY_ASSIGN(const std::string_view key, message.string());
        strings.strings.emplace_back(key);
      } else if (message.field() == 5) {  // a sequence of one tensor
        INLAY_ASSIGN(protobuf::Reader inner, message.message());
        INLAY_ASSIGN(values, only_tensor(inner, type));
      }
    }
    INLAY_TRY(message.status());
    const auto count = static_cast<int64_t>(strings.strings.size());
    strings.shape = {count};
    const TensorRef keys =
        graph::make_tensor(graph::DType::kInt64, {static_cast<int64_t>(numbers.size())}, numbers);
    INLAY_ASSIGN(const ValueHandle key_value, tensor_value(count > 0 ? strings : *keys));
    inlay_value* made = nullptr;
    inlay_error* const error = inlay_value_from_map(key_value.get(), values.get(), &made);
    return taken(error, made);
  }

  Result<ValueHandle> only_tensor(protobuf::Reader message, const inlay_value_type& type) {
    ValueHandle found;
    while (message.next()) {
      if (message.field() != 3) continue;
      INLAY_ASSIGN(const protobuf::Reader inner, message.message());
      INLAY_ASSIGN(found, value(inner, type));
    }
    INLAY_TRY(message.status());
    return found;
  }

  onnx::ModelSource& source_;
};

}  // namespace

Status to_status(inlay_error* error) {
  if (!error) return Status();
  Status status(static_cast<StatusCode>(inlay_error_code(error)), inlay_error_message(error));
  inlay_error_free(error);
  return status;
}

Result<ValueHandle> read_value_file(const std::string& path, const inlay_value_type& type) {
  INLAY_ASSIGN(auto file, MappedFile::open(path));
  onnx::ModelSource source;
  source.bytes = file->bytes();
  source.name = path;
  source.owner = file;
  return ValueReader(source).value(source.reader(), type);
}

}  // namespace inlay::test
