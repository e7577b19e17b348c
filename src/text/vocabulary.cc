#include "text/vocabulary.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace inlay::text {

void Vocabulary::reserve(size_t tokens, size_t text_bytes) {
  entries_.reserve(tokens);
  text_.reserve(text_bytes);
  rehash(std::bit_ceil(2 * tokens + 2));
}

void Vocabulary::rehash(size_t slots) {
  slots_.assign(slots, Slot());
  shift_ = 64 - std::countr_zero(slots);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    insert(hash(kHashSeed, text_of(entries_[i])), i + 1);
  }
}

void Vocabulary::insert(uint64_t hash, uint32_t entry) {
  size_t i = hash >> shift_;
  while (slots_[i].entry != 0) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = {tag_of(hash), entry};
}

void Vocabulary::add(std::string_view token, uint32_t id) {
  const uint64_t hash_of_token = hash(kHashSeed, token);
  if (const Entry* known = look_up(hash_of_token, {}, token)) {
    entries_[static_cast<size_t>(known - entries_.data())].id = id;
    return;
  }
  if (2 * (entries_.size() + 1) > slots_.size()) rehash(std::bit_ceil(4 * entries_.size() + 4));
  entries_.push_back(
      {static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(token.size()), id});
  text_ += token;
  longest_ = std::max(longest_, token.size());
  insert(hash_of_token, static_cast<uint32_t>(entries_.size()));
}

Status Vocabulary::finish() {
  uint32_t next = 0;
  const bool in_order =
      std::all_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.id == next++; });
  if (in_order) return Status();
  by_id_.resize(entries_.size());
  std::iota(by_id_.begin(), by_id_.end(), 0u);
  std::sort(by_id_.begin(), by_id_.end(),
            [&](uint32_t a, uint32_t b) { return entries_[a].id < entries_[b].id; });
  for (size_t i = 1; i < by_id_.size(); ++i) {
    const Entry &a = entries_[by_id_[i - 1]], &b = entries_[by_id_[i]];
    if (a.id == b.id) {
      return corrupt("expected one token an id, found {} and {} with id {}", quote(text_of(a)),
                     quote(text_of(b)), a.id);
    }
  }
  return Status();
}

std::optional<std::string_view> Vocabulary::token(uint32_t id) const {
  if (by_id_.empty()) {
    if (id >= entries_.size()) return std::nullopt;
    return text_of(entries_[id]);
  }
  // Most ids lie where a vocabulary without holes has them.
  if (id < by_id_.size() && entries_[by_id_[id]].id == id) return text_of(entries_[by_id_[id]]);
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [&](uint32_t entry, uint32_t wanted) { return entries_[entry].id < wanted; });
  if (found == by_id_.end() || entries_[*found].id != id) return std::nullopt;
  return text_of(entries_[*found]);
}

}  // namespace inlay::text
