// StringConcat (ONNX 20): texts one behind the other, element by element, of shapes that broadcast.
#include <algorithm>

#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {
namespace {

using Sizes = std::vector<int64_t>;

// Sizes with ones before them, `rank` in all.
Sizes widened(const Sizes& sizes, size_t rank) {
  Sizes out(rank - sizes.size(), 1);
  out.insert(out.end(), sizes.begin(), sizes.end());
  return out;
}

// The element of a tensor of `sizes` that stands at element `i` of `shape`.
size_t broadcast_index(int64_t i, const Sizes& shape, const Sizes& sizes) {
  int64_t index = 0, stride = 1;
  for (size_t axis = shape.size(); axis-- > 0; i /= shape[axis]) {
    if (sizes[axis] != 1) index += i % shape[axis] * stride;
    stride *= sizes[axis];
  }
  return static_cast<size_t>(index);
}

}  // namespace

Status eval_string_concat(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  INLAY_ASSIGN(const graph::TensorRef y, call.strings(1));
  const size_t rank = std::max(x->shape.size(), y->shape.size());
  const Sizes left = widened(x->shape, rank), right = widened(y->shape, rank);
  Sizes shape(rank);
  int64_t count = 1, bytes = 0;
  for (size_t axis = 0; axis < rank; ++axis) {
    if (left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1)
      return call.error("expected shapes that broadcast, found {} and {}", describe(x),
                        describe(y));
    shape[axis] = left[axis] == 1 ? right[axis] : left[axis];
    count *= shape[axis];
  }
  // Before anything is allocated: two long columns make a large table.
  for (int64_t i = 0; i < count; ++i)
    bytes += static_cast<int64_t>(sizeof(std::string) +
                                  x->strings[broadcast_index(i, shape, left)].size() +
                                  y->strings[broadcast_index(i, shape, right)].size());
  INLAY_TRY(call.host().reserve(bytes));
  std::vector<std::string> texts;
  texts.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    texts.push_back(x->strings[broadcast_index(i, shape, left)] +
                    y->strings[broadcast_index(i, shape, right)]);
  return call.set_output(0, ml::string_tensor(std::move(shape), std::move(texts)));
}

}  // namespace inlay::ops
