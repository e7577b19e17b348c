// What a caller keeps between runs: the tensors that a model's states name, with their lengths.
//
// Invariants:
//  1. One run at a time; a second one is an error, not a wait.
//  2. Lengths change when a run ends well, and only then: a cancelled or failed run leaves the state as it
//     was, although bytes behind the lengths may have been written.
//  3. Growing keeps the elements before the length.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/block.h"
#include "runtime/plan.h"

namespace inlay::runtime {

class SessionState {
 public:
  struct Tensor {
    std::vector<int64_t> shape;  // without the length; the axis holds 0 until sizes are known
    int axis = 0;
    int64_t element_bytes = 0;
    int64_t length = 0;
    int64_t capacity = 0;
    Block memory;

    int64_t outer() const;  // rows before the axis
    int64_t inner_bytes() const;
  };

  explicit SessionState(const Plan& plan, std::shared_ptr<MemoryBudget> budget = nullptr);

  void reset();
  size_t count() const { return tensors_.size(); }
  Tensor& tensor(size_t i) { return tensors_[i]; }
  const Tensor& tensor(size_t i) const { return tensors_[i]; }

  // Rows along `axis` of every tensor in a new order, for beams: row i becomes the old row order[i].
  Status permute(std::span<const int64_t> order);

  // Makes room for `length` elements along the axis; the other sizes are `shape`'s, fixed on first use.
  Status reserve(size_t i, std::span<const int64_t> shape, int64_t length);

  // For a run: false when another one has it.
  bool acquire() { return !busy_.exchange(true, std::memory_order_acquire); }
  void release() { busy_.store(false, std::memory_order_release); }

 private:
  std::vector<Tensor> tensors_;
  std::shared_ptr<MemoryBudget> budget_;
  std::atomic<bool> busy_{false};
};

}  // namespace inlay::runtime
