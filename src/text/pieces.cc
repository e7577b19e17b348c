#include "text/pieces.h"

#include <algorithm>

namespace inlay::text {
namespace {

// Joins each match to the one before it where join(match, previous_was_match) holds.
template <class Join>
void join_matches(std::vector<Match>& matches, Join&& join) {
  std::vector<Match> out;
  bool previous = false;
  for (const Match& m : matches) {
    if (!out.empty() && join(m.is_match, previous)) {
      out.back().begin = std::min(out.back().begin, m.begin);
      out.back().end = std::max(out.back().end, m.end);
    } else {
      out.push_back(m);
    }
    previous = m.is_match;
  }
  matches = std::move(out);
}

}  // namespace

void apply_behavior(std::vector<Match>& matches, SplitBehavior behavior) {
  const auto to_neighbour = [](bool is_match, bool previous) { return is_match && !previous; };
  switch (behavior) {
    case SplitBehavior::kRemoved:
      std::erase_if(matches, [](const Match& m) { return m.is_match; });
      break;
    case SplitBehavior::kIsolated: break;
    case SplitBehavior::kContiguous:
      join_matches(matches, [](bool is_match, bool previous) { return is_match == previous; });
      break;
    case SplitBehavior::kMergedWithPrevious: join_matches(matches, to_neighbour); break;
    case SplitBehavior::kMergedWithNext:
      std::reverse(matches.begin(), matches.end());
      join_matches(matches, to_neighbour);
      std::reverse(matches.begin(), matches.end());
      break;
  }
}

void PieceList::add(const NormalizedText& text, uint32_t token) {
  add(text, 0, text.size(), token);
}

void PieceList::add(const NormalizedText& text, size_t begin, size_t end, uint32_t token) {
  if (begin >= end) return;
  const auto at = static_cast<uint32_t>(text_.size());
  text_ += text.text().substr(begin, end - begin);
  const auto first = text.origins().begin();
  origins_.insert(origins_.end(), first + static_cast<ptrdiff_t>(begin),
                  first + static_cast<ptrdiff_t>(end));
  pieces_.push_back({at, static_cast<uint32_t>(text_.size()), token});
}

}  // namespace inlay::text
