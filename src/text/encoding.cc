#include "text/encoding.h"

#include <algorithm>

#include "text/match.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

using Range = std::pair<size_t, size_t>;

Encoding window(const Encoding& e, Range range) {
  Encoding out;
  out.with_offsets = e.with_offsets;
  out.append(e, range.first, range.second);
  if (!e.spaces.empty())
    out.spaces.assign(e.spaces.begin() + static_cast<ptrdiff_t>(range.first),
                      e.spaces.begin() + static_cast<ptrdiff_t>(range.second));
  return out;
}

// The windows of `length` tokens that cover [0, count), `step` apart from the kept side on; the
// last one ends at the other side.
std::vector<Range> windows(size_t count, size_t length, size_t step, Direction direction) {
  std::vector<Range> out;
  if (direction == Direction::kRight) {
    for (size_t begin = 0; begin < count; begin += step) {
      const size_t end = std::min(begin + length, count);
      out.push_back({begin, end});
      if (end == count) break;
    }
  } else {
    for (size_t end = count; end > 0; end -= std::min(step, end)) {
      const size_t begin = end - std::min(length, end);
      out.push_back({begin, end});
      if (begin == 0) break;
    }
  }
  return out;
}

Encoding without_overflow(const Encoding& e) { return window(e, {0, e.size()}); }

void append_columns(Encoding& e, const Encoding& next) {
  e.append(next, 0, next.size());
  e.with_offsets &= next.with_offsets;
  e.truncated |= next.truncated;
}

// The lengths that LongestFirst gives to a pair of n1 and n2 tokens.
Range longest_first(size_t n1, size_t n2, size_t max_length) {
  const bool swapped = n1 > n2;
  if (swapped) std::swap(n1, n2);
  n2 = n1 > max_length ? n1 : std::max(n1, max_length - n1);
  if (n1 + n2 > max_length) {
    n1 = max_length / 2;
    n2 = n1 + max_length % 2;
  }
  if (swapped) std::swap(n1, n2);
  return {n1, n2};
}

void fill(Encoding& e, size_t length, const Padding& padding) {
  for (Encoding& part : e.overflowing) fill(part, length, padding);
  if (e.size() >= length) return;
  const size_t count = length - e.size();
  const size_t at = padding.direction == Direction::kLeft ? 0 : e.size();
  e.insert(at, count);
  const auto fill = [&](auto column, auto value) {
    std::ranges::fill(column.subspan(at, count), value);
  };
  fill(e.ids(), padding.id);
  fill(e.type_ids(), padding.type_id);
  fill(e.attention_mask(), 0u);
  fill(e.special_tokens_mask(), 1u);
  fill(e.word_ids(), kNoWord);
  fill(e.offsets(), Offset{});
}

}  // namespace

Spaces count_spaces(std::string_view token) {
  constexpr char32_t kByteLevelSpace = 0x120;  // Ġ
  const auto is_space = [](char32_t c) {
    return c == kByteLevelSpace || unicode::has_property(c, unicode::kWhiteSpace);
  };
  Spaces spaces;
  bool leading = true;
  for_each_character(token, [&](char32_t c, uint32_t, uint32_t) {
    leading &= is_space(c);
    spaces.leading += leading;
    spaces.trailing = is_space(c) ? spaces.trailing + 1 : 0;
  });
  return spaces;
}

Status truncate(Encoding& encoding, size_t max_length, size_t stride, Direction direction) {
  const size_t count = encoding.size();
  if (max_length >= count) return Status();
  if (max_length == 0) {
    Encoding all = std::move(encoding);
    encoding = window(all, {0, 0});
    encoding.overflowing.push_back(std::move(all));
    encoding.truncated = true;
    return Status();
  }
  if (stride >= max_length) {
    return invalid("truncation: expected a stride below {} tokens, found {}", max_length, stride);
  }
  const std::vector<Range> ranges = windows(count, max_length, max_length - stride, direction);
  if (ranges.size() > kMaxOverflowTokens / max_length) {
    return out_of_memory("truncation: {} windows of {} tokens exceed {} tokens", ranges.size(),
                         max_length, kMaxOverflowTokens);
  }
  Encoding kept = window(encoding, ranges[0]);
  for (size_t i = 1; i < ranges.size(); ++i) {
    kept.overflowing.push_back(window(encoding, ranges[i]));
  }
  kept.truncated = true;
  encoding = std::move(kept);
  return Status();
}

Status truncate(Encoding& encoding, Encoding* pair, size_t max_length, const Truncation& options) {
  using Strategy = Truncation::Strategy;
  const auto cut = [&](Encoding& part, size_t length) {
    return truncate(part, length, options.stride, options.direction);
  };
  const size_t total = encoding.size() + (pair ? pair->size() : 0);
  if (total <= max_length) return Status();
  if (options.strategy == Strategy::kLongestFirst || max_length == 0) {
    if (!pair) return cut(encoding, max_length);
    const auto [first, second] = longest_first(encoding.size(), pair->size(), max_length);
    INLAY_TRY(cut(encoding, first));
    return cut(*pair, second);
  }
  Encoding* target = options.strategy == Strategy::kOnlyFirst ? &encoding : pair;
  if (!target) return invalid("truncation: OnlySecond expects a pair, found one text");
  const size_t excess = total - max_length;
  if (target->size() <= excess) {
    return invalid("truncation: {} tokens must go, but the text to cut has only {}", excess,
                   target->size());
  }
  return cut(*target, target->size() - excess);
}

Status append(Encoding& encoding, const Encoding& next) {
  const size_t combined = (encoding.overflowing.size() + 1) * (next.overflowing.size() + 1);
  if (combined > 1 && combined > kMaxOverflowTokens / (encoding.size() + next.size() + 1)) {
    return out_of_memory("truncation: {} pairs of windows exceed {} tokens", combined,
                         kMaxOverflowTokens);
  }
  std::vector<Encoding> overflowing;
  const auto combine = [&](const Encoding& a, const Encoding& b) {
    overflowing.push_back(without_overflow(a));
    append_columns(overflowing.back(), b);
  };
  for (const Encoding& part : encoding.overflowing) {
    combine(part, next);
    for (const Encoding& other : next.overflowing) combine(part, other);
  }
  for (const Encoding& other : next.overflowing) combine(encoding, other);
  append_columns(encoding, next);
  encoding.overflowing = std::move(overflowing);
  return Status();
}

Status pad(std::span<Encoding> batch, const Padding& padding) {
  size_t length = padding.length.value_or(0);
  if (!padding.length) {
    for (const Encoding& e : batch) length = std::max(length, e.size());
  }
  if (padding.multiple_of > 1 && length % padding.multiple_of != 0) {
    length += padding.multiple_of - length % padding.multiple_of;
  }
  if (length > kMaxPaddedLength) {
    return invalid("padding: expected at most {} tokens, found {}", kMaxPaddedLength, length);
  }
  for (Encoding& e : batch) fill(e, length, padding);
  return Status();
}

}  // namespace inlay::text
