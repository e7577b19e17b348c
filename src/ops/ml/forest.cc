#include "ops/ml/forest.h"

#include <algorithm>
#include <limits>

#include "base/format.h"

namespace inlay::ops::ml {
namespace {

constexpr int64_t kMostNodes = int64_t{1} << 30;

// Nodes of a tree in the order in which they are first seen from its root, level by level, and the longest way
// down from each node.
class Layout {
 public:
  explicit Layout(const ForestSource& source)
      : source_(source),
        place_(source.nodes.size(), -1),
        depth_(source.nodes.size(), 0),
        state_(source.nodes.size(), kNew) {}

  Status add_tree(int64_t root) {
    INLAY_TRY(check(root, "tree_roots", root));
    INLAY_TRY(measure(root));
    size_t next = order_.size();
    place(root);
    for (; next < order_.size(); ++next) {
      const ForestSource::Node& node = source_.nodes[static_cast<size_t>(order_[next])];
      if (node.mode == NodeMode::kLeaf) continue;
      place(node.holds);
      place(node.fails);
    }
    return Status();
  }

  const std::vector<int64_t>& order() const { return order_; }
  int32_t place_of(int64_t node) const { return place_[static_cast<size_t>(node)]; }
  int32_t depth_of(int64_t node) const { return depth_[static_cast<size_t>(node)]; }

 private:
  enum State : uint8_t { kNew, kOpen, kDone };

  void place(int64_t node) {
    int32_t& at = place_[static_cast<size_t>(node)];
    if (at >= 0) return;
    at = static_cast<int32_t>(order_.size());
    order_.push_back(node);
  }

  Status check(int64_t node, std::string_view where, int64_t from) const {
    if (node >= 0 && node < static_cast<int64_t>(source_.nodes.size())) return Status();
    return invalid("{}: node {}: expected one of {} nodes, found {}", where, from,
                   source_.nodes.size(), node);
  }

  // A node is looked at when it is opened and again when its children are done.
  Status measure(int64_t root) {
    std::vector<int64_t> open = {root};
    while (!open.empty()) {
      const int64_t id = open.back();
      const auto at = static_cast<size_t>(id);
      const ForestSource::Node& node = source_.nodes[at];
      if (state_[at] != kNew || node.mode == NodeMode::kLeaf) {
        if (state_[at] == kOpen)
          depth_[at] = 1 + std::max(depth_of(node.holds), depth_of(node.fails));
        state_[at] = kDone;
        open.pop_back();
        continue;
      }
      state_[at] = kOpen;
      INLAY_TRY(check(node.holds, "nodes_truenodeids", id));
      INLAY_TRY(check(node.fails, "nodes_falsenodeids", id));
      for (const int64_t child : {node.holds, node.fails}) {
        const State state = state_[static_cast<size_t>(child)];
        if (state == kOpen)  // it waits for this node
          return invalid("nodes: node {} is a descendant of its own", child);
        if (state == kNew) open.push_back(child);
      }
    }
    return Status();
  }

  const ForestSource& source_;
  std::vector<int64_t> order_;
  std::vector<int32_t> place_, depth_;
  std::vector<State> state_;
};

template <class T>
void add_node(const ForestSource::Node& node, const Layout& layout, Forest<T>& forest) {
  const auto self = static_cast<int32_t>(forest.nodes.size());
  const auto first_vote = static_cast<int32_t>(forest.votes.size());
  const auto first_member = static_cast<int32_t>(forest.members.size());
  if (node.mode == NodeMode::kLeaf) {
    forest.nodes.push_back({0, 0, {self, self}});
    for (const Vote& vote : node.votes)
      forest.votes.push_back({static_cast<T>(vote.weight), static_cast<int32_t>(vote.target)});
  } else {
    forest.nodes.push_back({static_cast<T>(node.value),
                            static_cast<int32_t>(node.feature),
                            {layout.place_of(node.fails), layout.place_of(node.holds)}});
    forest.features = std::max(forest.features, node.feature + 1);
    if (forest.mode == NodeMode::kLeaf) forest.mode = node.mode;
    forest.mixed |= forest.mode != node.mode;
    forest.missing |= node.missing_is_true;
    for (const double member : node.members) forest.members.push_back(static_cast<T>(member));
    std::sort(forest.members.begin() + first_member, forest.members.end());
  }
  forest.modes.push_back(static_cast<uint8_t>(
      static_cast<uint8_t>(node.mode) | (node.missing_is_true ? Forest<T>::kMissingIsTrue : 0)));
  forest.votes_of.push_back({first_vote, static_cast<int32_t>(forest.votes.size())});
  forest.members_of.push_back({first_member, static_cast<int32_t>(forest.members.size())});
}

template <NodeMode kMode, class T>
bool holds(T x, T value) {
  if constexpr (kMode == NodeMode::kLeq) return x <= value;
  if constexpr (kMode == NodeMode::kLt) return x < value;
  if constexpr (kMode == NodeMode::kGte) return x >= value;
  if constexpr (kMode == NodeMode::kGt) return x > value;
  if constexpr (kMode == NodeMode::kEq) return x == value;
  return x != value;
}

// All comparisons are of one mode.
template <NodeMode kMode, bool kMissing>
struct OneMode {
  template <class T>
  static bool test(const Forest<T>& forest, int32_t at, T x) {
    bool result = holds<kMode>(x, forest.nodes[static_cast<size_t>(at)].value);
    if constexpr (kMissing)
      result |= (x != x) & (forest.modes[static_cast<size_t>(at)] >= Forest<T>::kMissingIsTrue);
    return result;
  }
};

struct AnyMode {
  template <class T>
  static bool test(const Forest<T>& forest, int32_t at, T x) {
    const uint8_t mode = forest.modes[static_cast<size_t>(at)];
    const T value = forest.nodes[static_cast<size_t>(at)].value;
    if (x != x && mode >= Forest<T>::kMissingIsTrue) return true;
    switch (static_cast<NodeMode>(mode % Forest<T>::kMissingIsTrue)) {
      case NodeMode::kLeq: return x <= value;
      case NodeMode::kLt: return x < value;
      case NodeMode::kGte: return x >= value;
      case NodeMode::kGt: return x > value;
      case NodeMode::kEq: return x == value;
      case NodeMode::kNeq: return x != value;
      case NodeMode::kMember: {
        const auto range = forest.members_of[static_cast<size_t>(at)];
        const auto end = forest.members.begin() + range.end;
        const auto found = std::lower_bound(forest.members.begin() + range.begin, end, x);
        return found != end && *found == x;  // NaN is no member
      }
      case NodeMode::kLeaf: break;
    }
    return false;
  }
};

template <class Test, class T>
void descend_by(const Forest<T>& forest, const typename Forest<T>::Tree* const* trees,
                const T* const* rows, int32_t* leaves) {
  constexpr int kLanes = Forest<T>::kLanes;
  int32_t at[kLanes], depth = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    at[lane] = trees[lane]->root;
    depth = std::max(depth, trees[lane]->depth);
  }
  const auto step = [&] {
    int32_t moved = 0;
#pragma GCC unroll 8
    for (int lane = 0; lane < kLanes; ++lane) {
      const auto& node = forest.nodes[static_cast<size_t>(at[lane])];
      const int32_t next = node.next[Test::test(forest, at[lane], rows[lane][node.feature])];
      moved |= next ^ at[lane];
      at[lane] = next;
    }
    return moved;
  };
  // Trees that are not balanced have most of their leaves far above the deepest.
  constexpr int32_t kBetweenLooks = 4;
  for (int32_t level = 0; level < depth; ++level)
    if (step() == 0 && level % kBetweenLooks == 0) break;
  std::copy(at, at + kLanes, leaves);
}

template <class T, NodeMode kMode>
void descend_one_mode(const Forest<T>& forest, const typename Forest<T>::Tree* const* trees,
                      const T* const* rows, int32_t* leaves) {
  if (forest.missing)
    descend_by<OneMode<kMode, true>>(forest, trees, rows, leaves);
  else
    descend_by<OneMode<kMode, false>>(forest, trees, rows, leaves);
}

}  // namespace

template <class T>
void Forest<T>::descend(const Tree* const* lane_trees, const T* const* rows,
                        int32_t* leaves) const {
  if (mixed || mode == NodeMode::kMember)
    return descend_by<AnyMode>(*this, lane_trees, rows, leaves);
  switch (mode) {
    case NodeMode::kLeq:
      return descend_one_mode<T, NodeMode::kLeq>(*this, lane_trees, rows, leaves);
    case NodeMode::kLt: return descend_one_mode<T, NodeMode::kLt>(*this, lane_trees, rows, leaves);
    default: return descend_by<AnyMode>(*this, lane_trees, rows, leaves);
  }
}

template <class T>
Result<Forest<T>> make_forest(const ForestSource& source) {
  if (static_cast<int64_t>(source.nodes.size()) > kMostNodes)
    return invalid("nodes: expected at most {}, found {}", kMostNodes, source.nodes.size());
  int64_t parts = 0;
  for (const ForestSource::Node& node : source.nodes)
    parts += static_cast<int64_t>(node.votes.size() + node.members.size());
  if (parts > kMostNodes)
    return invalid("expected at most {} votes and members, found {}", kMostNodes, parts);
  for (size_t i = 0; i < source.nodes.size(); ++i) {
    const int64_t feature = source.nodes[i].feature;
    if (feature < 0 || feature > std::numeric_limits<int32_t>::max() - 1)
      return invalid("nodes_featureids: node {}: expected a feature, found {}", i, feature);
  }
  Forest<T> forest;
  Layout layout(source);
  for (const int64_t root : source.roots) INLAY_TRY(layout.add_tree(root));
  for (const int64_t root : source.roots)
    forest.trees.push_back({layout.place_of(root), layout.depth_of(root)});
  for (const int64_t node : layout.order())
    add_node(source.nodes[static_cast<size_t>(node)], layout, forest);
  return forest;
}

template struct Forest<float>;
template struct Forest<double>;
template Result<Forest<float>> make_forest(const ForestSource&);
template Result<Forest<double>> make_forest(const ForestSource&);

}  // namespace inlay::ops::ml
