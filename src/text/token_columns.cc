#include "text/token_columns.h"

#include <algorithm>
#include <cstring>

namespace inlay::text {

template <class Use>
void TokenColumns::for_each_column(Use&& use) {
  for (const size_t column : {kIds, kTypeIds, kAttention, kSpecial, kWords}) use(column, size_t{4});
  use(kOffsets, sizeof(Offset));
}

void TokenColumns::reserve(size_t count) {
  if (count <= capacity_) return;
  auto block = std::make_unique_for_overwrite<std::byte[]>(count * kTokenBytes);
  for_each_column([&](size_t column, size_t width) {
    if (size_ > 0)
      std::memcpy(block.get() + column * count, block_.get() + column * capacity_, size_ * width);
  });
  block_ = std::move(block);
  capacity_ = count;
}

bool TokenColumns::operator==(const TokenColumns& other) const {
  bool equal = size_ == other.size_;
  for_each_column([&](size_t column, size_t width) {
    equal = equal && (size_ == 0 || std::memcmp(block_.get() + column * capacity_,
                                                other.block_.get() + column * other.capacity_,
                                                size_ * width) == 0);
  });
  return equal;
}

void TokenColumns::push_special(uint32_t id, uint32_t type_id) {
  push(id, type_id, kNoWord, {});
  special_tokens_mask().back() = 1;
}

void TokenColumns::insert(size_t at, size_t count) {
  const size_t behind = size_ - at;
  resize(size_ + count);
  for_each_column([&](size_t column, size_t width) {
    std::byte* const begin = block_.get() + column * capacity_ + at * width;
    if (behind > 0) std::memmove(begin + count * width, begin, behind * width);
  });
}

void TokenColumns::append(const TokenColumns& from, size_t begin, size_t end) {
  if (begin == end) return;
  const size_t at = size_, count = end - begin;
  resize(at + count);
  for_each_column([&](size_t column, size_t width) {
    std::memcpy(block_.get() + column * capacity_ + at * width,
                from.block_.get() + column * from.capacity_ + begin * width, count * width);
  });
}

void TokenColumns::mark_plain(size_t begin, uint32_t type_id) {
  std::ranges::fill(type_ids().subspan(begin), type_id);
  std::ranges::fill(attention_mask().subspan(begin), 1u);
  std::ranges::fill(special_tokens_mask().subspan(begin), 0u);
}

}  // namespace inlay::text
