// Scratch memory for runs: a pool of blocks that are leased, given back and used again.
//
//   SlabPool pool;
//   INLAY_ASSIGN(Slab slab, pool.lease(plan.slab_bytes));
//   run(slab.data());                       // at its end the slab goes back to the pool
//
// A lease takes the smallest kept block that is large enough, or a new one. At most four blocks are
// kept; one whose size no lease has needed for 64 leases (each was less than half of it) is freed,
// so that the pool shrinks again after one large run. Thread-safe; a Slab may outlive its pool and
// may be given back by another thread. Contents are undefined at first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/block.h"
#include "base/status.h"

namespace inlay {

class Slab;

class SlabPool {
 public:
  static constexpr size_t kMaxKept = 4;
  static constexpr uint64_t kIdleLeases = 64;

  // Blocks count towards `budget`, kept ones too.
  explicit SlabPool(std::shared_ptr<MemoryBudget> budget = nullptr);
  ~SlabPool();
  SlabPool(const SlabPool&) = delete;
  SlabPool& operator=(const SlabPool&) = delete;

  // kClose: a kept block of at most twice the size, for what may be held for long.
  enum class Fit : uint8_t { kAny, kClose };
  // At least `size` bytes, aligned as a Block. Fails with kOutOfMemory, after giving back what is
  // kept.
  Result<Slab> lease(size_t size, Fit fit = Fit::kAny);

  size_t kept_bytes() const;  // of blocks that nobody leases now
  void trim();                // frees them

 private:
  friend class Slab;
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::shared_ptr<MemoryBudget> budget_;
};

// A lease, ended by its destructor. Movable; for one thread at a time.
class Slab {
 public:
  Slab() = default;
  Slab(Slab&&) = default;
  Slab& operator=(Slab&& other);
  ~Slab() { give_back(); }

  std::byte* data() const { return block_.data(); }
  size_t size() const { return block_.size(); }  // at least what was asked for
  std::span<std::byte> bytes() const { return block_.bytes(); }
  Block& block() { return block_; }  // which stays the slab's

 private:
  friend class SlabPool;
  void give_back();

  std::shared_ptr<SlabPool::Shared> owner_;
  Block block_;
  uint64_t needed_at_ = 0;  // the last lease that needed more than half of the block
};

}  // namespace inlay
