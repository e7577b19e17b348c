#include "text/short_words.h"

#include <algorithm>

namespace inlay::text {

void ShortWords::reserve(size_t words) {
  const std::vector<Slot> before = std::move(slots_);
  const size_t slots = std::bit_ceil(2 * std::max<size_t>(words, 1) + 2);
  slots_.assign(slots, Slot());
  shift_ = 64 - std::countr_zero(slots);
  for (const Slot& slot : before) {
    if (slot.id != kNone) place(slot);
  }
}

void ShortWords::place(const Slot& slot) {
  size_t i = hash(slot.word) >> shift_;
  while (slots_[i].id != kNone) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = slot;
}

void ShortWords::add(std::string_view word, uint32_t id) {
  if (2 * (count_ + 1) > slots_.size()) reserve(2 * count_ + 8);
  place({ShortWord::of(word), id});
  ++count_;
  longest_ = std::max(longest_, word.size());
}

}  // namespace inlay::text
