// The merges of byte-pair encoding: which two neighbours become one token, and how urgently.
//
// An open-addressing table with a power of two of slots, at most half full, probed linearly; built
// once, then safe for concurrent reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace inlay::text {

struct Merge {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t rank = kNone;  // smaller ones are merged first; kNone: the two do not merge
  uint32_t token = 0;     // what they become
};

class MergeTable {
 public:
  void reserve(size_t merges);
  // Two tokens that are there already take the new merge. Requires fewer than were reserved.
  void add(uint32_t left, uint32_t right, Merge merge);
  // Asks for the slot of two tokens ahead of add(). Requires reserve().
  void prefetch(uint32_t left, uint32_t right) const {
#if defined(__GNUC__)
    __builtin_prefetch(&slots_[slot_of(left, right)], 1);
#else
    (void)left, (void)right;
#endif
  }
  Merge find(uint32_t left, uint32_t right) const {
    if (slots_.empty()) return {};
    for (size_t i = slot_of(left, right);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.left == left && slot.right == right) return slot.merge;
      if (slot.merge.rank == Merge::kNone) return {};
    }
  }
  size_t size() const { return count_; }

  // Calls visit(left, right, merge) for all, in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.merge.rank != Merge::kNone) visit(slot.left, slot.right, slot.merge);
    }
  }

 private:
  struct Slot {
    uint32_t left = 0, right = 0;
    Merge merge;
  };
  size_t slot_of(uint32_t left, uint32_t right) const {
    const uint64_t key = static_cast<uint64_t>(left) << 32 | right;
    return static_cast<size_t>((key * 0x9E3779B97F4A7C15) >> shift_);
  }

  std::vector<Slot> slots_;
  size_t count_ = 0;
  int shift_ = 63;
};

}  // namespace inlay::text
