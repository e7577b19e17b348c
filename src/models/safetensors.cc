#include "models/safetensors.h"

#include <cstring>

#include "base/json.h"

namespace inlay::models {
namespace {

using graph::DType;

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr size_t kSmallBytes = size_t{1} << 20;

struct NamedDType {
  std::string_view name;
  DType dtype;
};
constexpr NamedDType kDTypes[] = {
    {"F64", DType::kFloat64},   {"F32", DType::kFloat32}, {"F16", DType::kFloat16},
    {"BF16", DType::kBfloat16}, {"I64", DType::kInt64},   {"I32", DType::kInt32},
    {"I16", DType::kInt16},     {"I8", DType::kInt8},     {"U64", DType::kUint64},
    {"U32", DType::kUint32},    {"U16", DType::kUint16},  {"U8", DType::kUint8},
    {"BOOL", DType::kBool},
};

Result<DType> read_dtype(json::Value value) {
  INLAY_ASSIGN(const std::string_view name, value.string());
  for (const NamedDType& known : kDTypes)
    if (known.name == name) return known.dtype;
  return value.error(format("expected an element type such as \"F32\", found {}", quote(name)));
}

Result<std::vector<int64_t>> read_shape(json::Value value) {
  INLAY_TRY(value.expect(json::Kind::kArray));
  std::vector<int64_t> shape;
  for (json::Value element : value.elements()) {
    INLAY_ASSIGN(const int64_t size, element.integer());
    if (size < 0) return element.error(format("expected a size of at least 0, found {}", size));
    shape.push_back(size);
  }
  return shape;
}

Result<graph::TensorRef> read_tensor(json::Value entry, std::span<const std::byte> data,
                                     const std::shared_ptr<const MappedFile>& file) {
  auto tensor = std::make_shared<graph::Tensor>();
  INLAY_ASSIGN(tensor->dtype, read_dtype(entry.at("dtype")));
  INLAY_ASSIGN(tensor->shape, read_shape(entry.at("shape")));
  INLAY_ASSIGN(const int64_t begin, entry.at("data_offsets").at(size_t{0}).integer());
  INLAY_ASSIGN(const int64_t end, entry.at("data_offsets").at(size_t{1}).integer());
  int64_t bytes = graph::dtype_bytes(tensor->dtype);
  for (int64_t size : tensor->shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return entry.error("the shape overflows 64 bits");
  if (begin < 0 || end < begin || static_cast<uint64_t>(end) > data.size())
    return entry.error(
        format("expected offsets within {} bytes, found {} to {}", data.size(), begin, end));
  if (end - begin != bytes)
    return entry.error(format("expected {} bytes for its shape, found {}", bytes, end - begin));
  tensor->data = data.subspan(static_cast<size_t>(begin), static_cast<size_t>(bytes));
  tensor->owner = file;
  if (file->mapped()) tensor->file = file;
  // Kernels read whole weights at any address, but small vectors as floats.
  const auto address = reinterpret_cast<uintptr_t>(tensor->data.data());
  if (address % 8 != 0 && tensor->data.size() <= kSmallBytes)
    return graph::make_tensor(tensor->dtype, tensor->shape, tensor->data);
  return graph::TensorRef(std::move(tensor));
}

}  // namespace

Result<Safetensors> Safetensors::read(std::shared_ptr<const MappedFile> file) {
  const std::span<const std::byte> bytes = file->bytes();
  uint64_t header_bytes = 0;
  if (bytes.size() < sizeof header_bytes)
    return corrupt("{}: expected a safetensors header, found {} bytes", file->path(), bytes.size());
  std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
  if (header_bytes > kMaxHeaderBytes || header_bytes > bytes.size() - sizeof header_bytes)
    return corrupt("{}: byte 0: expected a header of at most {} bytes, found {}", file->path(),
                   bytes.size() - sizeof header_bytes, header_bytes);
  const auto header = bytes.subspan(sizeof header_bytes, static_cast<size_t>(header_bytes));
  INLAY_ASSIGN(
      const json::Document document,
      json::parse({reinterpret_cast<const char*>(header.data()), header.size()}, file->path()));
  INLAY_TRY(document.root().expect(json::Kind::kObject));
  const auto data = bytes.subspan(sizeof header_bytes + header.size());
  Safetensors result;
  for (const auto [name, entry] : document.root().members()) {
    if (name == "__metadata__") continue;
    INLAY_ASSIGN(graph::TensorRef tensor, read_tensor(entry, data, file));
    if (!result.tensors_.emplace(std::string(name), std::move(tensor)).second)
      return entry.error("expected each name once");
  }
  return result;
}

graph::TensorRef Safetensors::find(std::string_view name) const {
  const auto it = tensors_.find(std::string(name));
  return it == tensors_.end() ? nullptr : it->second;
}

int64_t Safetensors::parameter_count() const {
  int64_t count = 0;
  for (const auto& [name, tensor] : tensors_) count += tensor->count();
  return count;
}

}  // namespace inlay::models
