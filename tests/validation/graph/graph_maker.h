// Graphs for tests, a line a node:
//
//   GraphMaker g;
//   const ValueId x = g.input("x", DType::kFloat32, {"batch", 8});
//   g.output(g.op("Mul", {x, g.real(2)}));
//   g.output(g.op("inlay.Linear", {x, kNoValue, g.weights({8, 3}), kNoValue}));   // of a domain
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "graph/graph.h"
#include "ops/op.h"

namespace inlay::test {

using graph::DType;
using graph::Expr;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

class GraphMaker {
 public:
  using Size = std::variant<int64_t, const char*>;
  using Attributes = std::map<std::string, graph::Attribute, std::less<>>;

  GraphMaker() : GraphMaker(std::make_shared<graph::ExprPool>()) {}
  // A subgraph of a graph with this pool.
  explicit GraphMaker(std::shared_ptr<graph::ExprPool> pool)
      : graph_(std::make_shared<graph::Graph>(std::move(pool))) {}

  ValueId input(const std::string& name, DType dtype, std::vector<Size> sizes) {
    return graph_->add_input(name, {dtype, shape_of(sizes)});
  }
  graph::Shape shape_of(const std::vector<Size>& sizes) {
    graph::Shape shape;
    for (const Size& size : sizes)
      shape.push_back(std::holds_alternative<int64_t>(size)
                          ? graph_->exprs->constant(std::get<int64_t>(size))
                          : graph_->exprs->symbol(std::get<const char*>(size)));
    return shape;
  }
  ValueId real(float value) { return reals({}, {value}); }
  ValueId reals(std::vector<int64_t> shape, const std::vector<float>& values) {
    return graph_->add_constant(next_name(),
                                graph::make_tensor(DType::kFloat32, std::move(shape), values));
  }
  // A float tensor of elements 0.1, 0.2, … that stay small.
  ValueId weights(std::vector<int64_t> shape) {
    int64_t count = 1;
    for (int64_t size : shape) count *= size;
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) values.push_back(0.1f * static_cast<float>(i % 7 - 3));
    return reals(std::move(shape), values);
  }
  ValueId integer(int64_t value) {
    return graph_->add_constant(next_name(),
                                graph::make_tensor(DType::kInt64, {}, std::vector{value}));
  }
  ValueId integers(const std::vector<int64_t>& values) {
    return graph_->add_constant(
        next_name(),
        graph::make_tensor(DType::kInt64, {static_cast<int64_t>(values.size())}, values));
  }

  ValueId op(const std::string& op_type, std::vector<ValueId> inputs, Attributes attributes = {},
             int version = 17) {
    return ops(op_type, std::move(inputs), 1, std::move(attributes), version)[0];
  }
  std::vector<ValueId> ops(const std::string& op_type, std::vector<ValueId> inputs, size_t outputs,
                           Attributes attributes = {}, int version = 17) {
    const size_t dot = op_type.rfind('.');
    Node node;
    node.domain = dot == std::string::npos ? "" : op_type.substr(0, dot);
    node.op_type = dot == std::string::npos ? op_type : op_type.substr(dot + 1);
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    node.version = node.domain.empty() ? version : 1;
    for (size_t i = 0; i < outputs; ++i) node.outputs.push_back(graph_->add_value(next_name()));
    const std::vector<ValueId> made = node.outputs;
    graph_->add_node(std::move(node));
    return made;
  }
  void output(ValueId value) { graph_->outputs.push_back(value); }
  void capture(ValueId outer, ValueId inner) { graph_->captures.push_back({outer, inner}); }

  graph::Graph& graph() { return *graph_; }
  std::shared_ptr<graph::Graph> shared() { return graph_; }
  Status infer() { return ops::infer(*graph_); }

  // "[batch, 8]" of an inferred value.
  std::string shape(ValueId value) const { return text(*graph_->value(value).type.shape); }
  // "[batch, 8]" of its content, or "" where there is none.
  std::string content(ValueId value) const {
    const auto& content = graph_->value(value).content;
    return content ? text(*content) : "";
  }
  // Live nodes of an operator.
  int count(std::string_view op, std::string_view domain = "") const {
    int out = 0;
    for (graph::NodeId id : graph_->order) out += graph_->node(id).is(op, domain);
    return out;
  }
  const Node* find(std::string_view op, std::string_view domain = "") const {
    for (graph::NodeId id : graph_->order)
      if (graph_->node(id).is(op, domain)) return &graph_->node(id);
    return nullptr;
  }

 private:
  std::string next_name() { return format("v{}", graph_->values.size()); }
  std::string text(const std::vector<Expr>& expressions) const {
    std::string out = "[";
    for (size_t i = 0; i < expressions.size(); ++i)
      out += (i ? ", " : "") + graph_->exprs->text(expressions[i]);
    return out + "]";
  }

  std::shared_ptr<graph::Graph> graph_;
};

}  // namespace inlay::test
