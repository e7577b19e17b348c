#include "onnx/sparse_tensor_proto.h"

#include <cstring>

namespace inlay::onnx {
namespace {

using graph::DType;
using graph::Tensor;
using graph::TensorRef;

constexpr int64_t kMostDenseBytes = int64_t{1} << 30;

struct SparseFields {
  NamedTensor values, indices;
  std::vector<int64_t> dims;
};

Result<SparseFields> read_fields(protobuf::Reader message, ModelSource& source) {
  SparseFields fields;
  while (message.next()) {
    if (message.field() == 3) {
      INLAY_TRY(message.append(fields.dims));
    } else if (message.field() == 1 || message.field() == 2) {
      INLAY_ASSIGN(const protobuf::Reader tensor, message.message());
      INLAY_ASSIGN(NamedTensor read, read_tensor(tensor, source));
      (message.field() == 1 ? fields.values : fields.indices) = std::move(read);
    }
  }
  INLAY_TRY(message.status());
  if (!fields.values.tensor) return message.error("a sparse tensor: expected values, found none");
  return fields;
}

// How many elements the dense tensor has; strings count with the room of an empty one.
Result<int64_t> dense_count(const SparseFields& fields, int64_t element_bytes,
                            ModelSource& source) {
  int64_t bytes = element_bytes;
  bool empty = false;
  for (int64_t dim : fields.dims) {
    if (dim < 0)
      return corrupt("expected sizes of at least 0, found {}", graph::shape_text(fields.dims));
    empty |= dim == 0;
    if (dim != 0 && __builtin_mul_overflow(bytes, dim, &bytes))
      return corrupt("a shape of {} is too large", graph::shape_text(fields.dims));
  }
  if (empty) return 0;
  if (bytes > kMostDenseBytes - source.dense_bytes)
    return unsupported(
        "a shape of {}: expected that all sparse tensors have at most {} bytes when they are dense",
        graph::shape_text(fields.dims), kMostDenseBytes);
  source.dense_bytes += bytes;
  return bytes / element_bytes;
}

// Where value i lies among all elements, whose indices are [values, rank] or, for the flattened tensor, [values].
Result<int64_t> place_of(const SparseFields& fields, int64_t i, int64_t count) {
  const int64_t* const indices = fields.indices.tensor->as<int64_t>();
  const auto rank = static_cast<int64_t>(fields.dims.size());
  const bool flat = fields.indices.tensor->shape.size() == 1;
  int64_t place = 0;
  for (int64_t axis = 0; axis < (flat ? 1 : rank); ++axis) {
    const int64_t size = flat ? count : fields.dims[static_cast<size_t>(axis)];
    int64_t index;
    std::memcpy(&index, indices + (flat ? i : i * rank + axis), sizeof index);
    if (index < 0 || index >= size)
      return corrupt("expected indices in [0, {}), found {}", size, index);
    place = place * size + index;
  }
  return place;
}

Result<std::vector<int64_t>> places_of(const SparseFields& fields, int64_t count) {
  std::vector<int64_t> places;
  const int64_t values = fields.values.tensor->count();
  for (int64_t i = 0; i < values; ++i) {
    INLAY_ASSIGN(const int64_t place, place_of(fields, i, count));
    if (!places.empty() && place <= places.back())
      return corrupt("expected indices in ascending order, each once, found {} after {}", place,
                     places.back());
    places.push_back(place);
  }
  return places;
}

Status check_shapes(const SparseFields& fields) {
  const auto rank = static_cast<int64_t>(fields.dims.size());
  const Tensor& values = *fields.values.tensor;
  if (values.shape.size() != 1)
    return corrupt("expected values in one dimension, found {}", graph::shape_text(values.shape));
  if (values.shape[0] == 0) return Status();
  if (!fields.indices.tensor) return corrupt("expected indices, found none");
  const Tensor& indices = *fields.indices.tensor;
  const std::vector<int64_t> flat = {values.shape[0]}, full = {values.shape[0], rank};
  if (indices.dtype != DType::kInt64 || (indices.shape != flat && indices.shape != full))
    return corrupt("expected indices of int64 {} or {}, found {} {}", graph::shape_text(flat),
                   graph::shape_text(full), graph::dtype_text(indices.dtype),
                   graph::shape_text(indices.shape));
  return Status();
}

Result<TensorRef> dense(SparseFields& fields, ModelSource& source) {
  INLAY_TRY(check_shapes(fields));
  const Tensor& values = *fields.values.tensor;
  const bool strings = values.dtype == DType::kString;
  const int64_t bytes =
      strings ? static_cast<int64_t>(sizeof(std::string)) : graph::dtype_bytes(values.dtype);
  INLAY_ASSIGN(const int64_t count, dense_count(fields, bytes, source));
  INLAY_ASSIGN(const std::vector<int64_t> places, places_of(fields, count));
  auto tensor = std::make_shared<Tensor>();
  tensor->dtype = values.dtype;
  tensor->shape = std::move(fields.dims);
  if (strings) {
    tensor->strings.resize(static_cast<size_t>(count));
    for (size_t i = 0; i < places.size(); ++i)
      tensor->strings[static_cast<size_t>(places[i])] = values.strings[i];
    return TensorRef(std::move(tensor));
  }
  const auto size = static_cast<size_t>(bytes);
  auto elements = std::make_shared<std::vector<std::byte>>(static_cast<size_t>(count) * size);
  for (size_t i = 0; i < places.size(); ++i)
    std::memcpy(elements->data() + static_cast<size_t>(places[i]) * size,
                values.data.data() + i * size, size);
  tensor->data = *elements;
  tensor->owner = std::move(elements);
  return TensorRef(std::move(tensor));
}

}  // namespace

Result<NamedTensor> read_sparse_tensor(protobuf::Reader message, ModelSource& source) {
  INLAY_ASSIGN(SparseFields fields, read_fields(message, source));
  Result<TensorRef> tensor = dense(fields, source);
  if (!tensor.ok())
    return std::move(tensor).status().at(
        format("{}: sparse tensor {}", source.name, quote(fields.values.name)));
  return NamedTensor{std::move(fields.values.name), std::move(*tensor)};
}

}  // namespace inlay::onnx
