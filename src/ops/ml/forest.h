// Decision trees as one compact array of nodes, and how rows go down them.
//
// Problem: a row goes from node to node, each step waits for the last one, and which child comes is a branch that
// no processor predicts. So eight rows, or eight trees of one row, go down side by side, and the child is an
// element of an array, not a branch. A leaf is its own child, so that all eight may take the steps of the deepest.
//
// Invariants: every index in the array is of a node of it; a node that is no leaf is no descendant of its own;
// features are less than `features`. Does not change; many threads may use it at once.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"

namespace inlay::ops::ml {

// The numbers are those of TreeEnsemble's attribute "nodes_modes", but for leaves.
enum class NodeMode : uint8_t { kLeq, kLt, kGte, kGt, kEq, kNeq, kMember, kLeaf };

// What a leaf adds to a target.
struct Vote {
  int64_t target;
  double weight;
};

// Trees as a file has them, checked only by make_forest.
struct ForestSource {
  struct Node {
    NodeMode mode = NodeMode::kLeaf;
    bool missing_is_true = false;  // NaN goes where the comparison holds
    int64_t feature = 0;
    double value = 0;
    int64_t holds = 0, fails = 0;  // nodes
    std::vector<double> members;   // of kMember
    std::vector<Vote> votes;       // of a leaf
  };
  std::vector<Node> nodes;
  std::vector<int64_t> roots;
};

template <class T>
struct Forest {
  struct Node {
    T value;
    int32_t feature;
    int32_t next[2];  // where the comparison fails, and where it holds
  };
  struct Range {
    int32_t begin, end;
  };
  struct Tree {
    int32_t root, depth;
  };
  struct LeafVote {
    T weight;
    int32_t target;
  };

  std::vector<Tree> trees;
  std::vector<Node> nodes;
  std::vector<uint8_t> modes;   // of nodes: a NodeMode, and kMissingIsTrue
  std::vector<Range> votes_of;  // of nodes, into votes
  std::vector<LeafVote> votes;
  std::vector<Range> members_of;  // of nodes, into members
  std::vector<T> members;         // in ascending order for each node
  int64_t features = 0;
  NodeMode mode = NodeMode::kLeaf;  // of all nodes but leaves, unless mixed
  bool mixed = false, missing = false;

  static constexpr uint8_t kMissingIsTrue = 8;
  static constexpr int kLanes = 8;

  // leaves[i]: the leaf of trees[i] that rows[i] comes to, for i in [0, kLanes).
  void descend(const Tree* const* lane_trees, const T* const* rows, int32_t* leaves) const;
};

// Fails where a child is none of the nodes, where nodes go round in a circle, and for more nodes than 2^30.
template <class T>
Result<Forest<T>> make_forest(const ForestSource& source);

}  // namespace inlay::ops::ml
