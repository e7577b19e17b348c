#include "text/merge_table.h"

#include <algorithm>
#include <bit>

namespace inlay::text {

void MergeTable::reserve(size_t merges) {
  slots_.assign(std::bit_ceil(2 * merges + 2), Slot());
  shift_ = 64 - std::countr_zero(slots_.size());
}

void MergeTable::add(uint32_t left, uint32_t right, Merge merge) {
  for (size_t i = slot_of(left, right);; i = (i + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[i];
    const bool is_free = slot.merge.rank == Merge::kNone;
    if (!is_free && !(slot.left == left && slot.right == right)) continue;
    count_ += is_free;
    slot = {left, right, merge};
    return;
  }
}

}  // namespace inlay::text
