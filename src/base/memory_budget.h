// A ceiling on memory that many owners count towards: a session's scratch, packed weights, outputs and objects.
//
//   INLAY_TRY(budget->take(bytes));
//   …
//   budget->give(bytes);
//
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.h"

namespace inlay {

class MemoryBudget {
 public:
  // 0: no ceiling, but what is in use is counted.
  explicit MemoryBudget(uint64_t limit = 0) : limit_(limit) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Fails with kOutOfMemory, and takes nothing, where the ceiling does not allow it.
  Status take(uint64_t bytes);
  void give(uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  uint64_t limit() const { return limit_; }
  uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const uint64_t limit_;
  std::atomic<uint64_t> used_{0};
};

}  // namespace inlay
