#include "ops/objects/tensor_pieces.h"

#include <algorithm>
#include <cstring>

#include "base/block.h"

namespace inlay::ops {
namespace {

using graph::DType;
using graph::Tensor;

int64_t product(std::span<const int64_t> sizes) {
  int64_t count = 1;
  for (const int64_t size : sizes) count *= size;
  return count;
}

// A tensor around an axis: `outer` blocks, each of `size` rows of `inner` elements.
struct Extent {
  int64_t outer, size, inner;
  Extent(const Tensor& tensor, size_t axis)
      : outer(product(std::span(tensor.shape).first(axis))),
        size(tensor.shape[axis]),
        inner(product(std::span(tensor.shape).subspan(axis + 1))) {}
};

std::shared_ptr<Tensor> empty_of(DType dtype, std::vector<int64_t> shape) {
  auto tensor = std::make_shared<Tensor>();
  tensor->dtype = dtype;
  tensor->shape = std::move(shape);
  return tensor;
}

// A tensor and where its elements are written; strings are appended.
struct Target {
  std::shared_ptr<Tensor> tensor;
  std::byte* data = nullptr;
};

Result<Target> make_target(DType dtype, std::vector<int64_t> shape) {
  Target target{empty_of(dtype, std::move(shape))};
  Tensor& tensor = *target.tensor;
  int64_t bytes = std::max<int64_t>(1, graph::dtype_bytes(dtype));
  for (const int64_t size : tensor.shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return out_of_memory("a tensor of shape {} is too large", graph::shape_text(tensor.shape));
  if (dtype == DType::kString) {
    tensor.strings.reserve(static_cast<size_t>(bytes));
    return target;
  }
  INLAY_ASSIGN(Block block, Block::allocate(static_cast<size_t>(bytes)));
  auto owner = std::make_shared<Block>(std::move(block));
  target.data = owner->data();
  tensor.data = owner->bytes().first(static_cast<size_t>(bytes));
  tensor.owner = std::move(owner);
  return target;
}

// Appends elements [begin, begin + count) of `from`.
void append(Target& target, const Tensor& from, int64_t begin, int64_t count) {
  if (from.dtype == DType::kString) {
    const auto first = from.strings.begin() + begin;
    target.tensor->strings.insert(target.tensor->strings.end(), first, first + count);
    return;
  }
  const int64_t bytes = graph::dtype_bytes(from.dtype);
  if (count == 0) return;
  std::memcpy(target.data, from.data.data() + begin * bytes, static_cast<size_t>(count * bytes));
  target.data += count * bytes;
}

}  // namespace

TensorRef make_strings(std::vector<int64_t> shape, std::vector<std::string> strings) {
  auto tensor = empty_of(DType::kString, std::move(shape));
  tensor->strings = std::move(strings);
  return tensor;
}

Result<TensorRef> zeros(DType dtype, std::vector<int64_t> shape) {
  INLAY_ASSIGN(Target target, make_target(dtype, std::move(shape)));
  if (dtype == DType::kString)
    target.tensor->strings.resize(static_cast<size_t>(target.tensor->count()));
  if (target.data) std::memset(target.data, 0, target.tensor->data.size());
  return TensorRef(std::move(target.tensor));
}

Result<TensorRef> slice(const TensorRef& tensor, size_t axis, int64_t begin, int64_t length) {
  const Extent extent(*tensor, axis);
  std::vector<int64_t> shape = tensor->shape;
  shape[axis] = length;
  if (extent.outer == 1 && tensor->dtype != DType::kString) {
    auto view = std::make_shared<Tensor>(*tensor);
    const int64_t row_bytes = extent.inner * graph::dtype_bytes(tensor->dtype);
    view->shape = std::move(shape);
    view->data = tensor->data.subspan(static_cast<size_t>(begin * row_bytes),
                                      static_cast<size_t>(length * row_bytes));
    view->file.reset();  // it does not lie there as a whole
    return TensorRef(std::move(view));
  }
  INLAY_ASSIGN(Target target, make_target(tensor->dtype, std::move(shape)));
  for (int64_t i = 0; i < extent.outer; ++i)
    append(target, *tensor, (i * extent.size + begin) * extent.inner, length * extent.inner);
  return TensorRef(std::move(target.tensor));
}

TensorRef reshaped(const TensorRef& tensor, std::vector<int64_t> shape) {
  auto view = std::make_shared<Tensor>(*tensor);
  view->shape = std::move(shape);
  return view;
}

TensorRef without_axis(const TensorRef& tensor, size_t axis) {
  std::vector<int64_t> shape = tensor->shape;
  shape.erase(shape.begin() + static_cast<ptrdiff_t>(axis));
  return reshaped(tensor, std::move(shape));
}

TensorRef with_axis(const TensorRef& tensor, size_t axis) {
  std::vector<int64_t> shape = tensor->shape;
  shape.insert(shape.begin() + static_cast<ptrdiff_t>(axis), 1);
  return reshaped(tensor, std::move(shape));
}

Result<TensorRef> concatenated(std::span<const TensorRef> tensors, size_t axis) {
  const Tensor& first = *tensors[0];
  std::vector<int64_t> shape = first.shape;
  shape[axis] = 0;
  for (const TensorRef& tensor : tensors) {
    std::vector<int64_t> other = tensor->shape;
    if (other.size() == shape.size()) other[axis] = shape[axis];
    if (tensor->dtype != first.dtype || other != shape)
      return invalid("expected tensors like {} {} along axis {}, found {} {}",
                     graph::dtype_text(first.dtype), graph::shape_text(first.shape), axis,
                     graph::dtype_text(tensor->dtype), graph::shape_text(tensor->shape));
    if (__builtin_add_overflow(shape[axis], tensor->shape[axis], &shape[axis]))
      return out_of_memory("a tensor of more than 2^63 rows is too large");
  }
  INLAY_ASSIGN(Target target, make_target(first.dtype, std::move(shape)));
  const int64_t blocks = Extent(first, axis).outer;
  for (int64_t i = 0; i < blocks; ++i)
    for (const TensorRef& tensor : tensors) {
      const Extent extent(*tensor, axis);
      append(target, *tensor, i * extent.size * extent.inner, extent.size * extent.inner);
    }
  return TensorRef(std::move(target.tensor));
}

Result<size_t> axis_in(const ObjectCall& call, int64_t axis, size_t rank) {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank)
    return call.error("expected an axis in [-{}, {}), found {}", rank, rank, axis);
  return static_cast<size_t>(axis < 0 ? axis + signed_rank : axis);
}

}  // namespace inlay::ops
