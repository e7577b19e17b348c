// What tables of operators share: an entry has a domain, a name and the first version with its meaning.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>

namespace inlay::ops {

template <class Entry>
constexpr auto op_key(const Entry& entry) {
  return std::tuple(entry.domain, entry.name, entry.since);
}

// Sorted by domain, name and version, as find_entry needs it.
template <class Entry, size_t kCount>
constexpr bool is_op_table(const Entry (&table)[kCount]) {
  return std::is_sorted(std::begin(table), std::end(table),
                        [](const Entry& a, const Entry& b) { return op_key(a) < op_key(b); });
}

// The entry with the highest `since` that is at most `version`; null when there is none.
template <class Entry>
const Entry* find_entry(std::span<const Entry> table, std::string_view domain,
                        std::string_view name, int version) {
  const auto after = std::upper_bound(
      table.begin(), table.end(), std::tuple(domain, name, version),
      [](const auto& wanted, const Entry& entry) { return wanted < op_key(entry); });
  if (after == table.begin()) return nullptr;
  const Entry& found = *(after - 1);
  return found.domain == domain && found.name == name ? &found : nullptr;
}

}  // namespace inlay::ops
