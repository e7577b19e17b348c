#include "text/vocabulary.h"

#include <algorithm>
#include <bit>

namespace inlay::text {

void Vocabulary::reserve(size_t tokens, size_t text_bytes) {
  records_.reserve(1 + tokens * sizeof(Header) + text_bytes + ShortWord::kMaxBytes);
  by_id_.reserve(tokens);
  rehash(std::bit_ceil(2 * tokens + 2));
}

void Vocabulary::rehash(size_t slots) {
  slots_.assign(slots, Slot());
  shift_ = 64 - std::countr_zero(slots);
  for (const uint32_t record : by_id_) {
    const uint64_t hash = TokenHash::of(token_at(record));
    slots_[look_up(hash, {}, token_at(record))] = {tag_of(hash), record};
  }
}

void Vocabulary::add(uint64_t hash_of_token, std::string_view token, uint32_t id) {
  if (2 * (by_id_.size() + 1) > slots_.size()) rehash(std::bit_ceil(4 * by_id_.size() + 4));
  Slot& slot = slots_[look_up(hash_of_token, {}, token)];
  if (slot.record != 0) {
    std::memcpy(records_.data() + slot.record, &id, sizeof id);
    return;
  }
  if (records_.empty()) records_ += '\0';
  slot = {tag_of(hash_of_token), static_cast<uint32_t>(records_.size())};
  by_id_.push_back(slot.record);
  const Header header{id, static_cast<uint32_t>(token.size())};
  char bytes[sizeof header];
  std::memcpy(bytes, &header, sizeof header);
  records_.append(bytes, sizeof bytes);
  records_ += token;
  longest_ = std::max(longest_, token.size());
}

Status Vocabulary::finish() {
  records_.append(ShortWord::kMaxBytes, '\0');
  const auto id = [&](uint32_t record) { return header(record).id; };
  const auto before = [&](uint32_t a, uint32_t b) { return id(a) < id(b); };
  if (!std::is_sorted(by_id_.begin(), by_id_.end(), before)) {
    std::sort(by_id_.begin(), by_id_.end(), before);
  }
  const auto twice = std::adjacent_find(by_id_.begin(), by_id_.end(),
                                        [&](uint32_t a, uint32_t b) { return id(a) == id(b); });
  if (twice == by_id_.end()) return Status();
  return corrupt("expected one token an id, found {} and {} with id {}", quote(token_at(twice[0])),
                 quote(token_at(twice[1])), id(twice[0]));
}

std::optional<std::string_view> Vocabulary::token(uint32_t id) const {
  // Most ids lie where a vocabulary without holes has them.
  if (id < by_id_.size() && header(by_id_[id]).id == id) return token_at(by_id_[id]);
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [&](uint32_t record, uint32_t wanted) { return header(record).id < wanted; });
  if (found == by_id_.end() || header(*found).id != id) return std::nullopt;
  return token_at(*found);
}

}  // namespace inlay::text
