#include "ops/ml/forest_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"
#include "ops/ml/attributes.h"

namespace inlay::ops::ml {
namespace {

using Node = ForestSource::Node;

constexpr std::string_view kModes[] = {"BRANCH_LEQ", "BRANCH_LT",  "BRANCH_GTE",    "BRANCH_GT",
                                       "BRANCH_EQ",  "BRANCH_NEQ", "BRANCH_MEMBER", "LEAF"};

Result<NodeMode> mode_of(std::string_view name, size_t i) {
  const auto* found = std::find(std::begin(kModes), std::end(kModes), name);
  const auto mode = static_cast<NodeMode>(found - kModes);
  if (found == std::end(kModes) || mode == NodeMode::kMember)
    return invalid(
        "nodes_modes: node {}: expected BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ or LEAF, "
        "found {}",
        i, quote(name));
  return mode;
}

// The nodes of a model by the ids of their trees and their own.
class NodesById {
 public:
  NodesById(const std::vector<int64_t>& trees, const std::vector<int64_t>& nodes) {
    for (size_t i = 0; i < nodes.size(); ++i)
      ids_.push_back({trees[i], nodes[i], static_cast<int64_t>(i)});
    std::sort(ids_.begin(), ids_.end());
  }

  // Fails where a tree has two nodes of one id.
  Status check() const {
    const auto twice = std::adjacent_find(ids_.begin(), ids_.end(), [](const Id& a, const Id& b) {
      return a.tree == b.tree && a.node == b.node;
    });
    if (twice == ids_.end()) return Status();
    return invalid("nodes_nodeids: tree {}: expected one node {}, found two", twice->tree,
                   twice->node);
  }

  Result<int64_t> find(std::string_view where, int64_t tree, int64_t node) const {
    const auto found = std::lower_bound(ids_.begin(), ids_.end(),
                                        Id{tree, node, std::numeric_limits<int64_t>::min()});
    if (found != ids_.end() && found->tree == tree && found->node == node) return found->index;
    return invalid("{}: expected a node of tree {}, found {}", where, tree, node);
  }

 private:
  struct Id {
    int64_t tree, node, index;
    auto operator<=>(const Id&) const = default;
  };
  std::vector<Id> ids_;
};

// The list `key`, of `count` elements.
Result<const std::vector<int64_t>*> list(const graph::Node& node, std::string_view key,
                                         int64_t count) {
  INLAY_TRY(expect_length(key, length_of(node, key), count, false));
  const auto* values = integers(node, key);
  if (!values && count > 0) return invalid("{}: expected integers", key);
  return values;
}

// The votes of leaves: lists `votes`_treeids, _nodeids, _ids and _weights.
Status read_votes(const graph::Node& node, std::string_view votes, const NodesById& by_id,
                  ForestSource& source) {
  const auto key = [&](const char* suffix) { return format("{}_{}", votes, suffix); };
  const int64_t count = length_of(node, key("ids"));
  if (count == 0) return Status();
  INLAY_ASSIGN(const auto* targets, list(node, key("ids"), count));
  INLAY_ASSIGN(const auto* trees, list(node, key("treeids"), count));
  INLAY_ASSIGN(const auto* nodes, list(node, key("nodeids"), count));
  INLAY_ASSIGN(const Reals weights, reals(node, key("weights")));
  INLAY_TRY(
      expect_length(key("weights"), static_cast<int64_t>(weights.values.size()), count, false));
  for (size_t i = 0; i < targets->size(); ++i) {
    INLAY_ASSIGN(const int64_t leaf, by_id.find(key("nodeids"), (*trees)[i], (*nodes)[i]));
    Node& at = source.nodes[static_cast<size_t>(leaf)];
    // Only leaves vote, whatever else has weights.
    if (at.mode == NodeMode::kLeaf) at.votes.push_back({(*targets)[i], weights.values[i]});
  }
  return Status();
}

// Nodes without their children and votes.
Status read_nodes(const graph::Node& node, int64_t count, ForestSource& source) {
  const auto* modes = strings(node, "nodes_modes");
  if (!modes) return invalid("nodes_modes: expected names, found none");
  INLAY_ASSIGN(const auto* features, list(node, "nodes_featureids", count));
  INLAY_ASSIGN(const Reals values, reals(node, "nodes_values"));
  INLAY_TRY(
      expect_length("nodes_values", static_cast<int64_t>(values.values.size()), count, false));
  const char* const kMissing = "nodes_missing_value_tracks_true";
  INLAY_TRY(expect_length(kMissing, length_of(node, kMissing), count, true));
  const auto* missing = integers(node, kMissing);
  source.nodes.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < source.nodes.size(); ++i) {
    Node& at = source.nodes[i];
    INLAY_ASSIGN(at.mode, mode_of((*modes)[i], i));
    at.missing_is_true = missing && (*missing)[i] != 0;
    at.feature = at.mode == NodeMode::kLeaf ? 0 : (*features)[i];
    at.value = values.values[i];
  }
  return Status();
}

// A tensor of numbers, `count` of them unless that is -1.
Result<std::vector<double>> tensor_list(const graph::Node& node, std::string_view key,
                                        int64_t count) {
  const graph::TensorRef tensor = node.tensor(key);
  if (!tensor) return invalid("{}: expected a tensor, found none", key);
  if (count >= 0) INLAY_TRY(expect_length(key, tensor->count(), count, false));
  if (auto reals = graph::float_elements(*tensor)) return std::move(*reals);
  const auto integers = graph::integer_elements(*tensor);
  if (!integers)
    return invalid("{}: expected numbers, found {}", key, graph::dtype_text(tensor->dtype));
  return std::vector<double>(integers->begin(), integers->end());
}

// "membership_values": the members of each node that asks for some, ended by NaN.
Status read_members(const graph::Node& node, ForestSource& source) {
  std::vector<double> values;
  if (node.tensor("membership_values")) {
    INLAY_ASSIGN(values, tensor_list(node, "membership_values", -1));
  }
  size_t next = 0;
  for (size_t i = 0; i < source.nodes.size(); ++i) {
    if (source.nodes[i].mode != NodeMode::kMember) continue;
    if (next == values.size())
      return invalid("membership_values: node {}: expected members, found none", i);
    while (next < values.size() && !std::isnan(values[next]))
      source.nodes[i].members.push_back(values[next++]);
    if (next < values.size()) ++next;
  }
  if (next == values.size()) return Status();
  return invalid("membership_values: expected as many sets as BRANCH_MEMBER nodes, found more");
}

// A node or, behind the `count` nodes, a leaf.
Result<int64_t> child(std::string_view key, int64_t id, bool is_leaf, int64_t count,
                      int64_t leaves) {
  const int64_t limit = is_leaf ? leaves : count;
  if (id >= 0 && id < limit) return is_leaf ? count + id : id;
  return invalid("{}: expected one of {} {}, found {}", key, limit, is_leaf ? "leaves" : "nodes",
                 id);
}

Status read_interior(const graph::Node& node, int64_t count, int64_t leaves, ForestSource& source) {
  INLAY_ASSIGN(const std::vector<double> modes, tensor_list(node, "nodes_modes", count));
  INLAY_ASSIGN(const std::vector<double> splits, tensor_list(node, "nodes_splits", count));
  INLAY_ASSIGN(const auto* features, list(node, "nodes_featureids", count));
  INLAY_ASSIGN(const auto* if_true, list(node, "nodes_truenodeids", count));
  INLAY_ASSIGN(const auto* if_false, list(node, "nodes_falsenodeids", count));
  INLAY_ASSIGN(const auto* true_leafs, list(node, "nodes_trueleafs", count));
  INLAY_ASSIGN(const auto* false_leafs, list(node, "nodes_falseleafs", count));
  const char* const kMissing = "nodes_missing_value_tracks_true";
  INLAY_TRY(expect_length(kMissing, length_of(node, kMissing), count, true));
  const auto* missing = integers(node, kMissing);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    Node& at = source.nodes[i];
    if (!(modes[i] >= 0 && modes[i] <= 6))
      return invalid("nodes_modes: node {}: expected 0 to 6, found {}", i, modes[i]);
    at.mode = static_cast<NodeMode>(static_cast<int>(modes[i]));
    at.missing_is_true = missing && (*missing)[i] != 0;
    at.feature = (*features)[i];
    at.value = splits[i];
    INLAY_ASSIGN(at.holds,
                 child("nodes_truenodeids", (*if_true)[i], (*true_leafs)[i] != 0, count, leaves));
    INLAY_ASSIGN(at.fails, child("nodes_falsenodeids", (*if_false)[i], (*false_leafs)[i] != 0,
                                 count, leaves));
  }
  return read_members(node, source);
}

}  // namespace

Result<ForestSource> read_trees(const graph::Node& node, std::string_view votes) {
  const int64_t count = length_of(node, "nodes_modes");
  ForestSource source;
  INLAY_TRY(read_nodes(node, count, source));
  INLAY_ASSIGN(const auto* trees, list(node, "nodes_treeids", count));
  INLAY_ASSIGN(const auto* ids, list(node, "nodes_nodeids", count));
  INLAY_ASSIGN(const auto* if_true, list(node, "nodes_truenodeids", count));
  INLAY_ASSIGN(const auto* if_false, list(node, "nodes_falsenodeids", count));
  const NodesById by_id(*trees, *ids);
  INLAY_TRY(by_id.check());
  std::vector<int64_t> seen;
  for (size_t i = 0; i < source.nodes.size(); ++i) {
    const int64_t tree = (*trees)[i];
    // Nodes of a tree lie side by side, but for those of files that mix them.
    if (i == 0 || tree != (*trees)[i - 1]) {
      seen.push_back(tree);
      source.roots.push_back(static_cast<int64_t>(i));
    }
    Node& at = source.nodes[i];
    if (at.mode == NodeMode::kLeaf) continue;
    INLAY_ASSIGN(at.holds, by_id.find("nodes_truenodeids", tree, (*if_true)[i]));
    INLAY_ASSIGN(at.fails, by_id.find("nodes_falsenodeids", tree, (*if_false)[i]));
  }
  std::sort(seen.begin(), seen.end());
  if (const auto twice = std::adjacent_find(seen.begin(), seen.end()); twice != seen.end())
    return invalid("nodes_treeids: expected the nodes of tree {} side by side", *twice);
  INLAY_TRY(read_votes(node, votes, by_id, source));
  return source;
}

Result<ForestSource> read_ensemble(const graph::Node& node) {
  const int64_t count = length_of(node, "nodes_featureids");
  const int64_t leaves = length_of(node, "leaf_targetids");
  ForestSource source;
  source.nodes.resize(static_cast<size_t>(count + leaves));
  INLAY_TRY(read_interior(node, count, leaves, source));
  INLAY_ASSIGN(const auto* targets, list(node, "leaf_targetids", leaves));
  INLAY_ASSIGN(const std::vector<double> weights, tensor_list(node, "leaf_weights", leaves));
  for (int64_t i = 0; i < leaves; ++i)
    source.nodes[static_cast<size_t>(count + i)].votes = {
        {(*targets)[static_cast<size_t>(i)], weights[static_cast<size_t>(i)]}};
  const auto* roots = integers(node, "tree_roots");
  if (!roots) return invalid("tree_roots: expected nodes, found none");
  for (const int64_t root : *roots) {
    INLAY_ASSIGN(const int64_t found, child("tree_roots", root, false, count, leaves));
    source.roots.push_back(found);
  }
  return source;
}

Status check_targets(const ForestSource& source, int64_t targets) {
  // More targets than votes may be meant, but not by orders of magnitude: a row has a number for each.
  constexpr int64_t kMostWithoutVotes = int64_t{1} << 20;
  int64_t votes = 0;
  for (const Node& node : source.nodes) {
    votes += static_cast<int64_t>(node.votes.size());
    for (const Vote& vote : node.votes)
      if (vote.target < 0 || vote.target >= targets)
        return invalid("votes: expected a target below {}, found {}", targets, vote.target);
  }
  const int64_t most = std::max(votes, kMostWithoutVotes);
  if (targets >= 1 && targets <= most) return Status();
  return invalid("expected 1 to {} targets, found {}", most, targets);
}

}  // namespace inlay::ops::ml
