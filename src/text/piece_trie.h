// A trie over the bytes of pieces that finds all pieces that a text begins with.
//
// A double array (Aoe 1989): the child of node s by byte b is base[s] ^ b, and it belongs to s when
// its label is b and its parent's. Built once from sorted pieces; safe for concurrent reads.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace inlay::text {

class PieceTrie {
 public:
  // Builds the trie; of pieces that come twice the last value counts. Empty pieces are left out.
  static PieceTrie build(std::vector<std::pair<std::string_view, uint32_t>> pieces);

  // Calls visit(bytes, value) for each piece that `text` begins with, the shortest first.
  template <class Visit>
  void find_prefixes(std::string_view text, Visit&& visit) const {
    uint32_t node = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const uint32_t child = units_[node].base ^ byte;
      if (units_[child].check != (node << 8 | byte)) return;
      node = child;
      if (units_[node].value != kNone) visit(i + 1, units_[node].value);
    }
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Unit {
    uint32_t base = 0;
    uint32_t check = kNone;  // parent << 8 | label: requires fewer than 2^24 nodes
    uint32_t value = kNone;
  };
  friend class PieceTrieBuilder;
  std::vector<Unit> units_;
};

}  // namespace inlay::text
