#include "model_tree.h"

#include <bit>

namespace inlay::fuzz {
namespace {

using protobuf::Reader;
using protobuf::WireType;
using protobuf::Writer;

// A field of a message that is a message itself. The numbers are those of onnx.proto.
struct Child {
  Kind parent;
  uint32_t number;
  Kind kind;
};
constexpr Child kChildren[] = {
    {Kind::kModel, 7, Kind::kGraph},         {Kind::kModel, 8, Kind::kOpset},
    {Kind::kModel, 25, Kind::kFunction},     {Kind::kGraph, 1, Kind::kNode},
    {Kind::kGraph, 5, Kind::kTensor},        {Kind::kGraph, 11, Kind::kValueInfo},
    {Kind::kGraph, 12, Kind::kValueInfo},    {Kind::kGraph, 13, Kind::kValueInfo},
    {Kind::kGraph, 15, Kind::kSparseTensor}, {Kind::kNode, 5, Kind::kAttribute},
    {Kind::kAttribute, 5, Kind::kTensor},    {Kind::kAttribute, 6, Kind::kGraph},
    {Kind::kAttribute, 10, Kind::kTensor},   {Kind::kAttribute, 11, Kind::kGraph},
    {Kind::kAttribute, 14, Kind::kType},     {Kind::kAttribute, 22, Kind::kSparseTensor},
    {Kind::kSparseTensor, 1, Kind::kTensor}, {Kind::kSparseTensor, 2, Kind::kTensor},
    {Kind::kValueInfo, 2, Kind::kType},      {Kind::kType, 1, Kind::kTensorType},
    {Kind::kType, 4, Kind::kElementType},    {Kind::kType, 5, Kind::kMapType},
    {Kind::kType, 9, Kind::kElementType},    {Kind::kElementType, 1, Kind::kType},
    {Kind::kMapType, 2, Kind::kType},        {Kind::kTensorType, 2, Kind::kShape},
    {Kind::kShape, 1, Kind::kDim},           {Kind::kFunction, 7, Kind::kNode},
    {Kind::kFunction, 9, Kind::kOpset},      {Kind::kFunction, 11, Kind::kAttribute},
    {Kind::kFunction, 12, Kind::kValueInfo},
};

Kind kind_of(Kind parent, uint32_t number) {
  for (const Child& child : kChildren)
    if (child.parent == parent && child.number == number) return child.kind;
  return Kind::kBytes;
}

bool read(Reader reader, Field& message) {
  while (reader.next()) {
    Field field;
    field.number = reader.field();
    field.type = reader.type();
    if (reader.type() == WireType::kVarint) {
      field.value = *reader.uint64();
    } else if (reader.type() == WireType::kFixed32) {
      field.value = std::bit_cast<uint32_t>(*reader.float32());
    } else if (reader.type() == WireType::kFixed64) {
      field.value = std::bit_cast<uint64_t>(*reader.float64());
    } else {
      field.kind = kind_of(message.kind, field.number);
      if (field.kind == Kind::kBytes) {
        field.bytes = *reader.string();
      } else {
        const Result<Reader> child = reader.message();
        if (!child.ok() || !read(*child, field)) return false;
      }
    }
    message.fields.push_back(std::move(field));
  }
  return reader.status().ok();
}

void write(const std::vector<Field>& fields, Writer& writer) {
  for (const Field& field : fields) {
    if (field.type == WireType::kVarint)
      writer.varint(field.number, field.value);
    else if (field.type == WireType::kFixed32)
      writer.float32(field.number, std::bit_cast<float>(static_cast<uint32_t>(field.value)));
    else if (field.type == WireType::kFixed64)
      writer.float64(field.number, std::bit_cast<double>(field.value));
    else if (field.kind == Kind::kBytes)
      writer.bytes(field.number, field.bytes);
    else
      writer.message(field.number, [&](Writer& inner) { write(field.fields, inner); });
  }
}

void collect(Field& field, Kind wanted, std::vector<Field*>& out) {
  if (field.kind == wanted) out.push_back(&field);
  for (Field& child : field.fields) collect(child, wanted, out);
}

}  // namespace

std::vector<Field*> Field::all(Kind wanted) {
  std::vector<Field*> out;
  collect(*this, wanted, out);
  return out;
}

Field* Field::find(uint32_t wanted) {
  for (Field& field : fields)
    if (field.number == wanted) return &field;
  return nullptr;
}

void Field::set_bytes(uint32_t wanted, std::string_view text) {
  if (Field* const field = find(wanted); field && field->type == WireType::kBytes)
    field->bytes = text;
  else
    fields.push_back(bytes_field(wanted, text));
}

void Field::set_number(uint32_t wanted, uint64_t to) {
  if (Field* const field = find(wanted); field && field->type == WireType::kVarint)
    field->value = to;
  else
    fields.push_back(varint_field(wanted, to));
}

Field varint_field(uint32_t number, uint64_t value) {
  Field field;
  field.number = number;
  field.type = WireType::kVarint;
  field.value = value;
  return field;
}

Field bytes_field(uint32_t number, std::string_view bytes) {
  Field field;
  field.number = number;
  field.bytes = bytes;
  return field;
}

std::optional<Field> parse_model(std::string_view bytes) {
  Field model;
  model.kind = Kind::kModel;
  const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
  if (!read(Reader({begin, bytes.size()}, "model"), model)) return std::nullopt;
  return model;
}

std::string serialize(const Field& model) {
  std::string out;
  Writer writer(out);
  write(model.fields, writer);
  return out;
}

}  // namespace inlay::fuzz
