#include "text/bpe_merge.h"

#include <algorithm>

namespace inlay::text {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

struct Node {
  Symbol symbol;  // no bytes: merged into the one before it
  uint32_t previous = kNone, next = kNone;
};

struct Candidate {
  uint32_t rank, position, token;
  // For std's heaps, which keep the largest first: the lowest rank, and of these the leftmost.
  bool operator<(const Candidate& other) const {
    return rank != other.rank ? rank > other.rank : position > other.position;
  }
};

class Queue {
 public:
  Queue(const MergeTable& merges, const std::vector<Symbol>& symbols) : merges_(merges) {
    const auto count = static_cast<uint32_t>(symbols.size());
    nodes_.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      nodes_.push_back({symbols[i], i > 0 ? i - 1 : kNone, i + 1 < count ? i + 1 : kNone});
    }
    for (uint32_t i = 0; i + 1 < count; ++i) add(i, i + 1, false);
    std::make_heap(heap_.begin(), heap_.end());
  }

  void run(std::vector<Symbol>& out) {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end());
      const Candidate best = heap_.back();
      heap_.pop_back();
      merge(best);
    }
    out.clear();
    for (const Node& node : nodes_) {
      if (node.symbol.bytes > 0) out.push_back(node.symbol);
    }
  }

 private:
  void add(uint32_t left, uint32_t right, bool into_heap = true) {
    const Merge m = merges_.find(nodes_[left].symbol.token, nodes_[right].symbol.token);
    if (m.rank == Merge::kNone) return;
    heap_.push_back({m.rank, left, m.token});
    if (into_heap) std::push_heap(heap_.begin(), heap_.end());
  }

  void merge(const Candidate& best) {
    Node& left = nodes_[best.position];
    if (left.symbol.bytes == 0 || left.next == kNone) return;
    Node& right = nodes_[left.next];
    // A candidate is out of date when its place merges into something else by now.
    const Merge now = merges_.find(left.symbol.token, right.symbol.token);
    if (now.rank == Merge::kNone || now.token != best.token) return;
    left.symbol = {best.token, left.symbol.bytes + right.symbol.bytes};
    left.next = right.next;
    right.symbol.bytes = 0;
    if (left.next != kNone) nodes_[left.next].previous = best.position;
    if (left.previous != kNone) add(left.previous, best.position);
    if (left.next != kNone) add(best.position, left.next);
  }

  const MergeTable& merges_;
  std::vector<Node> nodes_;
  std::vector<Candidate> heap_;
};

}  // namespace

void merge_by_scan(const MergeTable& merges, std::vector<Symbol>& symbols) {
  constexpr size_t kMost = 64;
  Merge pairs[kMost];
  size_t count = symbols.size();
  for (size_t i = 0; i + 1 < count; ++i)
    pairs[i] = merges.find(symbols[i].token, symbols[i + 1].token);
  while (count > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < count; ++i) {
      if (pairs[i].rank < pairs[best].rank) best = i;
    }
    if (pairs[best].rank == Merge::kNone) break;
    symbols[best] = {pairs[best].token, symbols[best].bytes + symbols[best + 1].bytes};
    std::copy(symbols.begin() + static_cast<ptrdiff_t>(best) + 2,
              symbols.begin() + static_cast<ptrdiff_t>(count),
              symbols.begin() + static_cast<ptrdiff_t>(best) + 1);
    std::copy(pairs + best + 2, pairs + count, pairs + best + 1);
    --count;
    const auto renew = [&](size_t i) {
      pairs[i] = merges.find(symbols[i].token, symbols[i + 1].token);
    };
    if (best > 0) renew(best - 1);
    if (best + 1 < count) renew(best);
  }
  symbols.resize(count);
}

void merge_by_queue(const MergeTable& merges, std::vector<Symbol>& symbols) {
  Queue(merges, symbols).run(symbols);
}

}  // namespace inlay::text
