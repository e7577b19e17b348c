// An ONNX model as a tree of protobuf fields that can be changed and written again, for the fuzzer of models.
//
//   std::optional<Field> model = parse_model(bytes);
//   for (Field* node : model->all(Kind::kNode)) …
//   std::string changed = serialize(*model);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/protobuf.h"

namespace inlay::fuzz {

// The messages of onnx.proto that are looked into; what has another one's fields only is kOther.
enum class Kind : uint8_t {
  kBytes,  // no message
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kSparseTensor,
  kValueInfo,
  kType,
  kTensorType,
  kElementType,  // of sequences and optionals
  kMapType,
  kShape,
  kDim,
  kFunction,
  kOpset,
};

struct Field {
  uint32_t number = 0;
  protobuf::WireType type = protobuf::WireType::kBytes;
  Kind kind = Kind::kBytes;
  uint64_t value = 0;         // of a number
  std::string bytes;          // of kBytes
  std::vector<Field> fields;  // of a message

  // Messages of the kind in this one, at any depth, with itself.
  std::vector<Field*> all(Kind wanted);
  // The first field of the number; null when there is none.
  Field* find(uint32_t wanted);
  void set_bytes(uint32_t wanted, std::string_view text);
  void set_number(uint32_t wanted, uint64_t to);
};

Field varint_field(uint32_t number, uint64_t value);
Field bytes_field(uint32_t number, std::string_view bytes);

// None where the bytes are no protobuf.
std::optional<Field> parse_model(std::string_view bytes);
std::string serialize(const Field& model);

}  // namespace inlay::fuzz
