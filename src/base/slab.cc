#include "base/slab.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <utility>
#include <vector>

namespace inlay {
namespace {

// Rounds up to an eighth of a power of two, so that sizes that creep up find a block to use again.
size_t rounded(size_t size) {
  if (size >= PTRDIFF_MAX / 2) return size;  // Block says no to it
  const size_t step = std::max(Block::kAlignment, std::bit_floor(size) / 8);
  return std::max(step, (size + step - 1) / step * step);
}

}  // namespace

struct SlabPool::Shared {
  struct Kept {
    Block block;
    uint64_t needed_at;
  };

  // Blocks on their way out, for the caller to free when the mutex is let go. Never allocates: it
  // is filled in destructors.
  struct Leaving {
    std::array<Block, kMaxKept + 1> blocks;
    size_t count = 0;
    void add(Block block) { blocks[count++] = std::move(block); }
  };

  Shared() { kept.reserve(kMaxKept + 1); }
  bool take_smallest(size_t size, size_t most, Kept& taken);
  Leaving take_idle();
  Leaving give_back(Kept slab);

  mutable std::mutex mutex;
  uint64_t leases = 0;     // guarded by mutex, as is kept
  std::vector<Kept> kept;  // by size, the smallest first
};

// The smallest kept block of at least `size` bytes, unless that has more than `most`.
bool SlabPool::Shared::take_smallest(size_t size, size_t most, Kept& taken) {
  const auto found =
      std::ranges::find_if(kept, [&](const Kept& slab) { return slab.block.size() >= size; });
  if (found == kept.end() || found->block.size() > most) return false;
  taken = std::move(*found);
  kept.erase(found);
  return true;
}

// The blocks that are too large for what is leased nowadays.
SlabPool::Shared::Leaving SlabPool::Shared::take_idle() {
  Leaving idle;
  for (size_t i = kept.size(); i-- > 0;) {
    if (leases - kept[i].needed_at <= kIdleLeases) continue;
    idle.add(std::move(kept[i].block));
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return idle;
}

// Keeps a block and returns those to free instead.
SlabPool::Shared::Leaving SlabPool::Shared::give_back(Kept slab) {
  const auto place = std::ranges::find_if(
      kept, [&](const Kept& other) { return other.block.size() >= slab.block.size(); });
  kept.insert(place, std::move(slab));
  Leaving leaving = take_idle();
  if (kept.size() > kMaxKept) {  // the smallest is the cheapest to make again
    leaving.add(std::move(kept.front().block));
    kept.erase(kept.begin());
  }
  return leaving;
}

SlabPool::SlabPool(std::shared_ptr<MemoryBudget> budget)
    : shared_(std::make_shared<Shared>()), budget_(std::move(budget)) {}
SlabPool::~SlabPool() { trim(); }

Result<Slab> SlabPool::lease(size_t size, Fit fit) {
  size = rounded(size);
  const size_t most = fit == Fit::kAny || size > SIZE_MAX / 2 ? SIZE_MAX : 2 * size;
  Slab slab;
  Shared::Leaving leaving;
  {
    const std::lock_guard lock(shared_->mutex);
    const uint64_t now = ++shared_->leases;
    leaving = shared_->take_idle();
    slab.needed_at_ = now;
    if (Shared::Kept kept; shared_->take_smallest(size, most, kept)) {
      slab.block_ = std::move(kept.block);
      if (size < slab.block_.size() / 2) slab.needed_at_ = kept.needed_at;
    }
  }
  if (!slab.block_.data()) {
    auto block = Block::allocate(size, budget_);
    if (!block.ok()) {
      trim();
      block = Block::allocate(size, budget_);
    }
    INLAY_ASSIGN(slab.block_, std::move(block));
  }
  slab.owner_ = shared_;
  return slab;
}

size_t SlabPool::kept_bytes() const {
  const std::lock_guard lock(shared_->mutex);
  size_t bytes = 0;
  for (const Shared::Kept& slab : shared_->kept) bytes += slab.block.size();
  return bytes;
}

void SlabPool::trim() {
  Shared::Leaving leaving;
  const std::lock_guard lock(shared_->mutex);
  for (Shared::Kept& slab : shared_->kept) leaving.add(std::move(slab.block));
  shared_->kept.clear();
}

Slab& Slab::operator=(Slab&& other) {
  if (this == &other) return *this;
  give_back();
  owner_ = std::move(other.owner_);
  block_ = std::move(other.block_);
  needed_at_ = other.needed_at_;
  return *this;
}

void Slab::give_back() {
  if (!owner_) return;
  SlabPool::Shared::Leaving leaving;
  {
    const std::lock_guard lock(owner_->mutex);
    leaving = owner_->give_back({std::move(block_), needed_at_});
  }
  owner_.reset();
}

}  // namespace inlay
