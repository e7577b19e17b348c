// One node while it is replaced by others: how operators are defined that are made of operators.
//
//   Status expand_quick_gelu(Expansion& x) {
//     const ValueId in = x.input(0);
//     const ValueId gate = x.make("Sigmoid", {x.make("Mul", {in, x.number(1.702, x.dtype(in))})});
//     x.define(0, "Mul", {in, gate});
//     return x.status();
//   }
//
// Types of what is made are known at once, so that an expansion may ask for them. After a failure
// nothing more is made, and status() says what it was: an expansion is a list of lines.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace inlay::ops {

using graph::DType;
using graph::Expr;
using graph::ExprPool;
using graph::kNoValue;
using graph::Shape;
using graph::ValueId;

class Expansion {
 public:
  using Attributes = std::map<std::string, graph::Attribute, std::less<>>;

  Expansion(graph::Graph& graph, graph::NodeId id);

  const graph::Node& node() const { return node_; }
  const graph::Graph& graph() const { return graph_; }
  ExprPool& exprs() { return *graph_.exprs; }
  bool has(size_t input) const { return node_.input(input) != kNoValue; }
  bool wants(size_t output) const { return node_.output(output) != kNoValue; }
  ValueId input(size_t i) const { return node_.input(i); }
  const graph::Node* maker(ValueId value) const;

  // ---- types; undefined and without axes for kNoValue -------------------------------------------
  DType dtype(ValueId value) const;
  Shape shape(ValueId value) const;
  size_t rank(ValueId value) const { return shape(value).size(); }
  // The size of an axis where it is a number, else -1; the axis may count from the end.
  int64_t fixed_size(ValueId value, int64_t axis);

  // ---- checks -----------------------------------------------------------------------------------
  // As many inputs, those from 0 to `required` - 1 all there and of a known rank.
  Status expect_inputs(size_t required, size_t at_most) const;
  // The input is left out: "input 6 (past): expected none, found one" else.
  Status expect_no_input(size_t input, std::string_view name) const;
  Status expect_no_output(size_t output, std::string_view name) const;
  // "node "x" (Op): <message>"
  template <class... Args>
  Status error(std::string_view pattern, const Args&... args) const {
    return invalid("{}: {}", describe(graph_, node_), format(pattern, args...));
  }
  template <class... Args>
  Status refuse(std::string_view pattern, const Args&... args) const {
    return unsupported("{}: {}", describe(graph_, node_), format(pattern, args...));
  }

  // ---- what stands in its place -----------------------------------------------------------------
  // A node of domain "" at the version that inlay's tables are written for.
  ValueId make(std::string_view op, std::vector<ValueId> inputs, Attributes attributes = {});
  std::vector<ValueId> make_several(std::string_view op, size_t outputs,
                                    std::vector<ValueId> inputs, Attributes attributes = {});
  // The same, whose output is the node's own, if anybody asked for that one.
  void define(size_t output, std::string_view op, std::vector<ValueId> inputs,
              Attributes attributes = {});
  // The same operator, version and attributes over other inputs. Requires one that is not made of others.
  std::vector<ValueId> copy(const graph::Node& original, std::vector<ValueId> inputs);
  // Puts in a node whose outputs are set.
  void put(graph::Node made);
  ValueId constant(graph::TensorRef tensor);
  ValueId number(double value, DType dtype);
  ValueId integers(const std::vector<int64_t>& values);
  ValueId integer(int64_t value);
  ValueId cast(ValueId value, DType to);
  // int64 without axes.
  ValueId size_of(ValueId value, int64_t axis);
  // a + b, or the one that there is.
  ValueId sum(ValueId a, ValueId b);
  // The value, but for an unwanted one.
  ValueId output_value(size_t output);

  // Nothing more is made.
  void fail(Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  bool ok() const { return status_.ok(); }
  // What failed, once.
  Status status() { return std::move(status_); }
  int made() const { return made_; }

 private:
  void insert(graph::Node made);

  graph::Graph& graph_;
  graph::NodeId id_;
  const graph::Node node_;  // a copy: the graph's own one moves when nodes are added
  std::string name_;        // the node's or that of its first output, for errors of what is made
  Status status_;
  int made_ = 0;
};

}  // namespace inlay::ops
