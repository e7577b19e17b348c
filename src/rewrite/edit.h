// A graph while rewrites change it: who makes and reads each value, kept right through every
// change, and the questions that matching asks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace inlay::rewrite {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;

class Edit {
 public:
  explicit Edit(Graph& graph);
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  Graph& graph() { return graph_; }
  const Graph& graph() const { return graph_; }
  // The nodes that live now, in their order; changes while it is walked do not matter.
  std::vector<NodeId> nodes() const { return graph_.order; }

  // The live node that makes a value, or null.
  const Node* maker(ValueId value) const;
  // The same if it is that operator of domain "".
  const Node* maker(ValueId value, std::string_view op) const;
  NodeId maker_id(ValueId value) const;
  const std::vector<NodeId>& readers(ValueId value) const { return at(value).readers; }
  bool is_output(ValueId value) const { return at(value).outputs > 0; }
  // True when one node reads the value, once, and nothing else does; not of an input that is left out.
  bool used_once(ValueId value) const {
    return value != graph::kNoValue && at(value).readers.size() == 1 && !is_output(value);
  }
  // The one reader if it is that operator, else null.
  const Node* only_reader(ValueId value, std::string_view op) const;

  const graph::TensorType& type(ValueId value) const { return graph_.value(value).type; }
  const graph::Shape& shape(ValueId value) const { return *type(value).shape; }
  bool is_f32(ValueId value) const;
  bool same_type(ValueId a, ValueId b) const;
  const graph::Tensor* constant(ValueId value) const;
  // The element of a constant with one.
  std::optional<double> scalar(ValueId value) const;
  bool is_scalar(ValueId value, double expected) const;

  ValueId add_value(std::string name, graph::TensorType type);
  ValueId add_constant(std::string name, graph::TensorRef tensor);
  // Puts a node where the one is that makes `out`, and makes `out` by it: the old one is gone.
  void replace(ValueId out, Node made);
  void insert_before(NodeId position, Node made);
  // Removes a node, and with it nodes that only it reads.
  void remove(NodeId node);
  void set_input(NodeId node, size_t input, ValueId value);
  void set_constant(ValueId value, graph::TensorRef tensor);
  // Makes readers of `out` read `in`, and removes the maker of `out`. False where a graph output
  // would lose its name by that.
  bool forward(ValueId out, ValueId in);

  // Counts "<pass>: <before> nodes into <after>".
  void note(std::string_view pass, int before, int after = 1);
  // Removes nodes whose results nobody needs, and appends the notes to Graph::rewrites.
  void finish();

 private:
  struct Links {
    NodeId maker = -1;
    std::vector<NodeId> readers;  // a reader stands as often as it reads
    int outputs = 0;
  };
  const Links& at(ValueId value) const { return links_[static_cast<size_t>(value)]; }
  Links& at(ValueId value) { return links_[static_cast<size_t>(value)]; }
  void link(NodeId node);
  void unlink(NodeId node);
  void kill(NodeId node);
  bool is_unread(NodeId node) const;
  void read_again(ValueId from, ValueId to);

  Graph& graph_;
  std::vector<Links> links_;
  std::map<std::string, int> notes_;
};

// The operands of a node with two, in both orders: for (const Pair& p : both_orders(node)).
struct Pair {
  ValueId first, second;
};
inline std::vector<Pair> both_orders(const Node& node) {
  return {{node.input(0), node.input(1)}, {node.input(1), node.input(0)}};
}

}  // namespace inlay::rewrite
