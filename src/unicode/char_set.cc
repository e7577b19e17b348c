#include "unicode/char_set.h"

#include <algorithm>
#include <string>

#include "unicode/fold.h"
#include "unicode/gen/tables.h"

namespace inlay::unicode {
namespace {

uint32_t read_number(const uint8_t*& at) {
  uint32_t number = 0;
  for (int shift = 0;; shift += 7) {
    const uint8_t byte = *at++;
    number |= static_cast<uint32_t>(byte & 127) << shift;
    if (byte < 128) return number;
  }
}

std::optional<std::vector<CharSet::Range>> find_ranges(std::string_view name) {
  const auto* end = gen::kProperties + gen::kPropertyCount;
  const auto* found = std::lower_bound(
      gen::kProperties, end, name,
      [](const gen::NamedProperty& p, std::string_view wanted) { return p.name < wanted; });
  if (found == end || found->name != name) return std::nullopt;
  const uint8_t* at = gen::kPropertyPool + found->offset;
  std::vector<CharSet::Range> ranges(read_number(at));
  char32_t last = 0;
  for (CharSet::Range& range : ranges) {
    range.first = last + read_number(at);
    range.last = last = range.first + read_number(at);
  }
  return ranges;
}

}  // namespace

void CharSet::set(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  ranges_.clear();
  for (const Range& range : ranges) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
  ascii_[0] = ascii_[1] = 0;
  for (const Range& range : ranges_) {
    for (char32_t c = range.first; c <= range.last && c < 128; ++c) {
      ascii_[c >> 6] |= uint64_t{1} << (c & 63);
    }
  }
}

std::optional<CharSet> CharSet::property(std::string_view name) {
  std::string compared;
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_') continue;
    compared += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  auto ranges = find_ranges(compared);
  if (!ranges) return std::nullopt;
  CharSet found;
  found.set(std::move(*ranges));
  return found;
}

CharSet CharSet::type(char letter) {
  const char name[] = {'t', 'y', 'p', 'e', ':', letter, '\0'};
  CharSet found;
  found.set(find_ranges(name).value_or(std::vector<Range>()));
  return found;
}

void CharSet::add(char32_t first, char32_t last) {
  std::vector<Range> ranges = ranges_;
  ranges.push_back({first, last});
  set(std::move(ranges));
}

void CharSet::add(const CharSet& other) {
  std::vector<Range> ranges = ranges_;
  ranges.insert(ranges.end(), other.ranges_.begin(), other.ranges_.end());
  set(std::move(ranges));
}

void CharSet::intersect(const CharSet& other) {
  std::vector<Range> ranges;
  size_t k = 0;
  for (const Range& range : ranges_) {
    while (k < other.ranges_.size() && other.ranges_[k].last < range.first) ++k;
    for (size_t i = k; i < other.ranges_.size() && other.ranges_[i].first <= range.last; ++i) {
      ranges.push_back({std::max(range.first, other.ranges_[i].first),
                        std::min(range.last, other.ranges_[i].last)});
    }
  }
  set(std::move(ranges));
}

void CharSet::invert() {
  std::vector<Range> ranges;
  char32_t next = 0;
  for (const Range& range : ranges_) {
    if (next < range.first) ranges.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLast) ranges.push_back({next, kLast});
  set(std::move(ranges));
}

void CharSet::add_case() {
  std::vector<Range> ranges = ranges_;
  for_each_fold_class([&](std::u32string_view members) {
    const bool any =
        std::any_of(members.begin(), members.end(), [&](char32_t c) { return contains(c); });
    for (const char32_t c : members) {
      if (any) ranges.push_back({c, c});
    }
  });
  set(std::move(ranges));
}

bool CharSet::contains_rare(char32_t c) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), c,
                                      [](char32_t v, const Range& r) { return v < r.first; });
  return after != ranges_.begin() && c <= (after - 1)->last;
}

}  // namespace inlay::unicode
