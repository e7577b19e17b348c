// What an operator's shape rule sees and says.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace inlay::ops {

using graph::DType;
using graph::Expr;
using graph::ExprPool;
using graph::Shape;

class Inference {
 public:
  Inference(graph::Graph& graph, graph::NodeId node)
      : graph_(graph), id_(node), node_(graph.node(node)) {}

  const graph::Node& node() const { return node_; }
  graph::Graph& graph() { return graph_; }
  ExprPool& exprs() { return *graph_.exprs; }
  Expr constant(int64_t value) { return exprs().constant(value); }

  size_t input_count() const { return node_.inputs.size(); }
  size_t output_count() const { return node_.outputs.size(); }
  bool has(size_t input) const { return node_.input(input) != graph::kNoValue; }
  bool wants(size_t output) const { return node_.output(output) != graph::kNoValue; }
  // Requires has(input) for all of these.
  DType dtype(size_t input) const { return value(input).type.dtype; }
  // The shape; fails when the rank is unknown or the input is left out.
  Result<Shape> shape(size_t input) const;
  // Elements of a small integer tensor where they are known now, else null.
  const std::vector<Expr>* content(size_t input) const;
  // The same, or symbols for elements that are read when a run comes to them; the tensor must have a
  // constant number of elements, at most 64. Fails otherwise.
  Result<std::vector<Expr>> content_or_read(size_t input);
  // Elements that must be known at load, as integers.
  Result<std::vector<int64_t>> constant_integers(size_t input) const;
  graph::TensorRef constant_tensor(size_t input) const { return value(input).constant; }

  // Fails unless the input's type is one of `allowed`.
  Status expect_dtype(size_t input, std::initializer_list<DType> allowed) const;
  Status expect_inputs(size_t at_least, size_t at_most) const;
  // Fails when a and b can be told apart now; else the equality is checked when a plan is bound.
  Status expect_equal(Expr a, Expr b, std::string_view what);
  // The shape that two shapes broadcast to, by ONNX's multidirectional rule; checks as expect_equal does.
  Result<Shape> broadcast(Shape a, Shape b);
  // An axis in [-rank, rank) as one in [0, rank).
  Result<int> axis(int64_t axis, size_t rank) const;

  // Does nothing for an output that is left out.
  void set_output(size_t output, DType dtype, Shape shape);
  void set_content(size_t output, std::vector<Expr> content);
  // A size that only a run knows; the step of this node must say it.
  Expr data_size(std::string_view hint);

  // "node "x" (Op): <message>"
  template <class... Args>
  Status error(std::string_view pattern, const Args&... args) const {
    return invalid("{}: {}", describe(graph_, node_), format(pattern, args...));
  }

 private:
  const graph::Value& value(size_t input) const { return graph_.value(node_.input(input)); }
  graph::Graph& graph_;
  graph::NodeId id_;
  const graph::Node& node_;
};

// The content of an elementwise integer operation on contents that broadcast (one side may have one element).
void fold_contents(Inference& in, Expr (*combine)(ExprPool&, Expr, Expr));

}  // namespace inlay::ops
