#include "base/memory_budget.h"

namespace inlay {

Status MemoryBudget::take(uint64_t bytes) {
  uint64_t used = used_.load(std::memory_order_relaxed);
  do {
    if (limit_ != 0 && (used > limit_ || bytes > limit_ - used))
      return out_of_memory("the memory limit is {} bytes: {} are in use, {} more are needed",
                           limit_, used, bytes);
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  return Status();
}

}  // namespace inlay
