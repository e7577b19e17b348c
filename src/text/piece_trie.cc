#include "text/piece_trie.h"

#include <algorithm>

namespace inlay::text {

using Pieces = std::vector<std::pair<std::string_view, uint32_t>>;

// Places nodes depth first; a free list by blocks of 256 keeps the search for a base short.
class PieceTrieBuilder {
 public:
  explicit PieceTrieBuilder(const Pieces& pieces) : pieces_(pieces) {
    grow();
    used_[0] = true;
  }

  PieceTrie run() {
    place(0, 0, pieces_.size(), 0);
    while (!stack_.empty()) {
      const Pending pending = stack_.back();
      stack_.pop_back();
      place(pending.node, pending.begin, pending.end, pending.depth);
    }
    return std::move(trie_);
  }

 private:
  struct Pending {
    uint32_t node;
    size_t begin, end, depth;
  };

  void grow() {
    trie_.units_.resize(trie_.units_.size() + 256);
    used_.resize(trie_.units_.size(), false);
    free_.push_back(256);
  }

  // pieces_[begin, end) share their first `depth` bytes, and `node` stands for those.
  void place(uint32_t node, size_t begin, size_t end, size_t depth) {
    if (begin < end && pieces_[begin].first.size() == depth) {
      trie_.units_[node].value = pieces_[begin++].second;
    }
    if (begin == end) return;
    labels_.clear();
    std::vector<size_t> begins;
    for (size_t i = begin; i < end; ++i) {
      const auto byte = static_cast<unsigned char>(pieces_[i].first[depth]);
      if (!labels_.empty() && labels_.back() == byte) continue;
      labels_.push_back(byte);
      begins.push_back(i);
    }
    begins.push_back(end);
    const uint32_t base = find_base();
    trie_.units_[node].base = base;
    for (size_t i = 0; i < labels_.size(); ++i) {
      const uint32_t child = base ^ labels_[i];
      used_[child] = true;
      --free_[child >> 8];
      trie_.units_[child].check = node << 8 | labels_[i];
      stack_.push_back({child, begins[i], begins[i + 1], depth + 1});
    }
  }

  uint32_t find_base() {
    for (size_t block = first_block_;; ++block) {
      if (block == free_.size()) grow();
      if (free_[block] < labels_.size()) continue;
      for (uint32_t low = 0; low < 256; ++low) {
        const uint32_t base = static_cast<uint32_t>(block << 8) | low;
        if (fits(base)) return base;
      }
      // A block that refuses often is nearly full.
      if (free_[block] < 16 && block == first_block_) ++first_block_;
    }
  }

  bool fits(uint32_t base) const {
    return std::all_of(labels_.begin(), labels_.end(),
                       [&](uint8_t label) { return !used_[base ^ label]; });
  }

  const Pieces& pieces_;
  PieceTrie trie_;
  std::vector<bool> used_;
  std::vector<size_t> free_;  // units of each block of 256 that are not used
  size_t first_block_ = 0;
  std::vector<uint8_t> labels_;
  std::vector<Pending> stack_;
};

PieceTrie PieceTrie::build(Pieces pieces) {
  std::erase_if(pieces, [](const auto& piece) { return piece.first.empty(); });
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t kept = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i + 1 < pieces.size() && pieces[i + 1].first == pieces[i].first) continue;
    pieces[kept++] = pieces[i];
  }
  pieces.resize(kept);
  return PieceTrieBuilder(pieces).run();
}

}  // namespace inlay::text
