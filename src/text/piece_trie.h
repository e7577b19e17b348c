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

  // A node stands for some first bytes of a piece; kRoot for none, kNone for bytes that begin none.
  static constexpr uint32_t kRoot = 0, kNone = UINT32_MAX;
  // Requires node != kNone.
  uint32_t child(uint32_t node, char c) const {
    const auto byte = static_cast<unsigned char>(c);
    const uint32_t next = units_[node].base ^ byte;
    return units_[next].check == (node << 8 | byte) ? next : kNone;
  }
  // Of the piece that ends at the node, or kNone.
  uint32_t value(uint32_t node) const { return units_[node].value; }

  // Calls visit(bytes, value) for each piece that `text` begins with, the shortest first.
  template <class Visit>
  void find_prefixes(std::string_view text, Visit&& visit) const {
    uint32_t node = kRoot;
    for (size_t i = 0; i < text.size(); ++i) {
      node = child(node, text[i]);
      if (node == kNone) return;
      if (value(node) != kNone) visit(i + 1, value(node));
    }
  }

 private:
  struct Unit {
    uint32_t base = 0;
    uint32_t check = kNone;  // parent << 8 | label: requires fewer than 2^24 nodes
    uint32_t value = kNone;
  };
  friend class PieceTrieBuilder;
  std::vector<Unit> units_;
};

}  // namespace inlay::text
