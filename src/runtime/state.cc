#include "runtime/state.h"

#include <algorithm>
#include <cstring>

namespace inlay::runtime {

int64_t SessionState::Tensor::outer() const {
  int64_t product = 1;
  for (int i = 0; i < axis; ++i) product *= shape[static_cast<size_t>(i)];
  return product;
}

int64_t SessionState::Tensor::inner_bytes() const {
  int64_t product = element_bytes;
  for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) product *= shape[i];
  return product;
}

SessionState::SessionState(const Plan& plan, std::shared_ptr<MemoryBudget> budget)
    : budget_(std::move(budget)) {
  for (const PlanState& state : plan.states) {
    Tensor tensor;
    tensor.shape.assign(state.tensor.shape.size(), 0);
    tensor.axis = state.axis;
    tensor.element_bytes = graph::dtype_bytes(state.tensor.dtype);
    tensors_.push_back(std::move(tensor));
  }
}

void SessionState::reset() {
  for (Tensor& tensor : tensors_) tensor.length = 0;
}

Status SessionState::reserve(size_t i, std::span<const int64_t> shape, int64_t length) {
  Tensor& tensor = tensors_[i];
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (static_cast<int>(axis) == tensor.axis) continue;
    if (tensor.length > 0 && tensor.shape[axis] != shape[axis])
      return invalid("state {}: expected size {} on axis {}, as in the runs before, found {}", i,
                     tensor.shape[axis], axis, shape[axis]);
    if (tensor.shape[axis] != shape[axis]) tensor.capacity = 0;
    tensor.shape[axis] = shape[axis];
  }
  if (length <= tensor.capacity) return Status();
  constexpr int64_t kFirst = 16;
  const int64_t capacity = std::max({length, tensor.capacity * 2, kFirst});
  int64_t bytes = 0;
  if (__builtin_mul_overflow(tensor.outer() * tensor.inner_bytes(), capacity, &bytes))
    return out_of_memory("state {}: {} elements are too many", i, capacity);
  INLAY_ASSIGN(Block memory, Block::allocate(static_cast<size_t>(bytes), budget_));
  const int64_t inner = tensor.inner_bytes();
  for (int64_t row = 0; row < tensor.outer() && tensor.length > 0; ++row)
    std::memcpy(memory.data() + row * capacity * inner,
                tensor.memory.data() + row * tensor.capacity * inner,
                static_cast<size_t>(tensor.length * inner));
  tensor.memory = std::move(memory);
  tensor.capacity = capacity;
  return Status();
}

Status SessionState::permute(std::span<const int64_t> order) {
  for (Tensor& tensor : tensors_) {
    if (tensor.length == 0) continue;
    const int64_t rows = tensor.shape.empty() || tensor.axis == 0 ? 1 : tensor.shape[0];
    const int64_t row_bytes = tensor.outer() / rows * tensor.capacity * tensor.inner_bytes();
    if (static_cast<int64_t>(order.size()) != rows)
      return invalid("expected an order of {} rows, found {}", rows, order.size());
    for (int64_t from : order)
      if (from < 0 || from >= rows)
        return invalid("expected rows in [0, {}), found {}", rows, from);
    INLAY_ASSIGN(Block memory, Block::allocate(static_cast<size_t>(rows * row_bytes), budget_));
    for (int64_t to = 0; to < rows; ++to)
      std::memcpy(memory.data() + to * row_bytes,
                  tensor.memory.data() + order[static_cast<size_t>(to)] * row_bytes,
                  static_cast<size_t>(row_bytes));
    tensor.memory = std::move(memory);
  }
  return Status();
}

}  // namespace inlay::runtime
