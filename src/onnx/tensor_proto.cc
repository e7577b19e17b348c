#include "onnx/tensor_proto.h"

#include <cstring>
#include <optional>

#include "graph/packed_elements.h"

namespace inlay::onnx {
namespace {

using graph::DType;
using graph::Tensor;
using graph::TensorRef;

constexpr int64_t kCopyBelowBytes = 1 << 20;

// Field numbers of onnx.proto.
enum TensorField : uint32_t {
  kDims = 1,
  kDataType = 2,
  kSegment = 3,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14,
};

struct TensorFields {
  std::string name;
  std::vector<int64_t> dims;
  int32_t data_type = 0;
  std::optional<std::span<const std::byte>> raw;
  std::vector<float> floats;
  std::vector<int32_t> int32s;
  std::vector<int64_t> int64s;
  std::vector<double> doubles;
  std::vector<uint64_t> uint64s;
  std::vector<std::string> strings;
  bool is_external = false;
  std::map<std::string, std::string> external;
};

Status read_field(protobuf::Reader& in, TensorFields& f) {
  switch (in.field()) {
    case kDims: return in.append(f.dims);
    case kFloatData: return in.append(f.floats);
    case kInt32Data: return in.append(f.int32s);
    case kInt64Data: return in.append(f.int64s);
    case kDoubleData: return in.append(f.doubles);
    case kUint64Data: return in.append(f.uint64s);
    case kDataType: {
      INLAY_ASSIGN(f.data_type, in.int32());
      return Status();
    }
    case kName: {
      INLAY_ASSIGN(f.name, read_text(in));
      return Status();
    }
    case kRawData: {
      INLAY_ASSIGN(f.raw, in.bytes());
      return Status();
    }
    case kStringData: {
      INLAY_ASSIGN(const std::string_view text, in.string());
      f.strings.emplace_back(text);
      return Status();
    }
    case kDataLocation: {
      INLAY_ASSIGN(const int32_t location, in.int32());
      f.is_external = location == 1;
      return Status();
    }
    case kExternalData: {
      INLAY_ASSIGN(const protobuf::Reader entry, in.message());
      INLAY_ASSIGN(auto pair, read_entry(entry));
      f.external.insert_or_assign(std::move(pair.first), std::move(pair.second));
      return Status();
    }
    case kSegment: return in.error("segmented tensors are not supported");
    default: return Status();
  }
}

// The number of elements, checked so that its bytes are a number, too.
Result<int64_t> element_count(const TensorFields& f, int64_t element_bytes) {
  int64_t bytes = element_bytes;
  bool empty = false;
  for (int64_t dim : f.dims) {
    if (dim < 0)
      return corrupt("expected sizes of at least 0, found {}", graph::shape_text(f.dims));
    if (dim == 0)
      empty = true;
    else if (__builtin_mul_overflow(bytes, dim, &bytes))
      return corrupt("a shape of {} is too large", graph::shape_text(f.dims));
  }
  return empty ? 0 : bytes / element_bytes;
}

Result<uint64_t> external_number(const TensorFields& f, const char* key, uint64_t fallback) {
  const auto found = f.external.find(key);
  if (found == f.external.end()) return fallback;
  uint64_t number = 0;
  for (char c : found->second) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit || __builtin_mul_overflow(number, uint64_t{10}, &number) ||
        __builtin_add_overflow(number, static_cast<uint64_t>(c - '0'), &number))
      return corrupt("external data: expected a number as its {}, found {}", key,
                     quote(found->second));
  }
  return number;
}

// The bytes where they lie, and what keeps them there.
struct Placed {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  std::shared_ptr<const MappedFile> file;
};

Result<Placed> place_external(const TensorFields& f, ModelSource& source, int64_t expected) {
  const auto location = f.external.find("location");
  if (location == f.external.end())
    return corrupt("external data: expected a location, found none");
  INLAY_ASSIGN(std::shared_ptr<const MappedFile> file, open_external(source, location->second));
  const uint64_t size = file->bytes().size();
  INLAY_ASSIGN(const uint64_t offset, external_number(f, "offset", 0));
  INLAY_ASSIGN(const uint64_t length,
               external_number(f, "length", static_cast<uint64_t>(expected)));
  if (offset > size || length > size - offset)
    return corrupt("external data: expected bytes [{}, {} + {}) of {}, found {} bytes", offset,
                   offset, length, quote(location->second), size);
  const auto bytes =
      file->bytes().subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
  return Placed{bytes, file, file};
}

// Requires as many bytes as the shape wants.
TensorRef unpacked(TensorFields& f, std::span<const std::byte> packed) {
  const auto dtype = static_cast<DType>(f.data_type);
  size_t count = 1;
  for (int64_t dim : f.dims) count *= static_cast<size_t>(dim);
  std::vector<std::byte> elements(count);
  graph::unpack_elements(dtype, packed, elements);
  return graph::make_tensor(dtype, std::move(f.dims), elements);
}

Result<TensorRef> from_bytes(TensorFields& f, const Placed& placed, int64_t expected) {
  const auto dtype = static_cast<DType>(f.data_type);
  if (placed.bytes.size() != static_cast<uint64_t>(expected))
    return corrupt("expected {} bytes for {} {}, found {}", expected, graph::dtype_text(dtype),
                   graph::shape_text(f.dims), placed.bytes.size());
  if (graph::is_packed(dtype)) return unpacked(f, placed.bytes);
  const auto address = reinterpret_cast<uintptr_t>(placed.bytes.data());
  const auto alignment = static_cast<uintptr_t>(graph::dtype_bytes(dtype));
  if (address % alignment != 0 && expected < kCopyBelowBytes)
    return graph::make_tensor(dtype, std::move(f.dims), placed.bytes);
  auto tensor = std::make_shared<Tensor>();
  tensor->dtype = dtype;
  tensor->shape = std::move(f.dims);
  tensor->data = placed.bytes;
  tensor->owner = placed.owner;
  tensor->file = placed.file;
  return TensorRef(std::move(tensor));
}

// Elements of a typed field, as wide as the tensor's type wants them.
template <class Element, class Field>
std::vector<std::byte> narrowed(const std::vector<Field>& field) {
  std::vector<std::byte> out(field.size() * sizeof(Element));
  for (size_t i = 0; i < field.size(); ++i) {
    const auto element = static_cast<Element>(field[i]);
    std::memcpy(out.data() + i * sizeof(Element), &element, sizeof element);
  }
  return out;
}

std::vector<std::byte> typed_bytes(const TensorFields& f) {
  switch (static_cast<DType>(f.data_type)) {
    case DType::kFloat32:
    case DType::kComplex64: return narrowed<float>(f.floats);
    case DType::kFloat64:
    case DType::kComplex128: return narrowed<double>(f.doubles);
    case DType::kInt64: return narrowed<int64_t>(f.int64s);
    case DType::kUint64: return narrowed<uint64_t>(f.uint64s);
    case DType::kUint32: return narrowed<uint32_t>(f.uint64s);
    case DType::kInt32: return narrowed<int32_t>(f.int32s);
    case DType::kInt16:
    case DType::kUint16:
    case DType::kFloat16:
    case DType::kBfloat16: return narrowed<uint16_t>(f.int32s);  // floats as their bits
    default: return narrowed<uint8_t>(f.int32s);                 // bytes, which may be packed
  }
}

Result<TensorRef> strings_of(TensorFields& f) {
  INLAY_ASSIGN(const int64_t count, element_count(f, 1));
  if (f.strings.size() != static_cast<uint64_t>(count))
    return corrupt("expected {} strings for {}, found {}", count, graph::shape_text(f.dims),
                   f.strings.size());
  auto tensor = std::make_shared<Tensor>();
  tensor->dtype = DType::kString;
  tensor->shape = std::move(f.dims);
  tensor->strings = std::move(f.strings);
  return TensorRef(std::move(tensor));
}

Result<TensorRef> build(TensorFields& f, ModelSource& source) {
  const bool known = f.data_type > 0 && f.data_type <= static_cast<int>(DType::kInt2);
  if (!known) return unsupported("elements of type {} are not supported", f.data_type);
  const auto dtype = static_cast<DType>(f.data_type);
  if (dtype == DType::kString) return strings_of(f);
  const int64_t element_bytes = graph::dtype_bytes(dtype);
  INLAY_ASSIGN(const int64_t count, element_count(f, element_bytes));
  const int64_t expected = graph::packed_bytes(dtype, count);
  if (f.is_external) {
    INLAY_ASSIGN(const Placed placed, place_external(f, source, expected));
    return from_bytes(f, placed, expected);
  }
  if (f.raw) return from_bytes(f, {*f.raw, source.owner, source.file}, expected);
  const std::vector<std::byte> bytes = typed_bytes(f);
  if (graph::is_packed(dtype)) return from_bytes(f, {bytes, nullptr, nullptr}, expected);
  if (bytes.size() != static_cast<uint64_t>(expected))
    return corrupt("expected {} elements for {} {}, found {}", count, graph::dtype_text(dtype),
                   graph::shape_text(f.dims), bytes.size() / static_cast<size_t>(element_bytes));
  return graph::make_tensor(dtype, std::move(f.dims), bytes);
}

}  // namespace

Result<NamedTensor> read_tensor(protobuf::Reader message, ModelSource& source) {
  TensorFields fields;
  while (message.next()) INLAY_TRY(read_field(message, fields));
  INLAY_TRY(message.status());
  Result<TensorRef> tensor = build(fields, source);
  if (!tensor.ok())
    return std::move(tensor).status().at(format("{}: tensor {}", source.name, quote(fields.name)));
  return NamedTensor{std::move(fields.name), std::move(*tensor)};
}

}  // namespace inlay::onnx
