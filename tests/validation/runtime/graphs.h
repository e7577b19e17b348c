// Small graphs for tests of plans, built without a file.
#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "graph/graph.h"
#include "ops/op.h"
#include "runtime/pack_store.h"
#include "runtime/prepare.h"
#include "runtime/run.h"

namespace inlay::runtime {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

class GraphMaker {
 public:
  GraphMaker() : graph(std::make_shared<Graph>(std::make_shared<graph::ExprPool>())) {}
  explicit GraphMaker(std::shared_ptr<graph::ExprPool> pool)
      : graph(std::make_shared<Graph>(std::move(pool))) {}

  graph::Expr size(std::string_view name) { return graph->exprs->symbol(name); }
  graph::Expr size(int64_t value) { return graph->exprs->constant(value); }

  ValueId input(const std::string& name, DType dtype, Shape shape) {
    return graph->add_input(name, {dtype, std::move(shape)});
  }
  ValueId floats(std::vector<int64_t> shape, const std::vector<float>& values) {
    return graph->add_constant("constant",
                               graph::make_tensor(DType::kFloat32, std::move(shape), values));
  }
  ValueId integers(const std::vector<int64_t>& values) {
    return graph->add_constant(
        "constant",
        graph::make_tensor(DType::kInt64, {static_cast<int64_t>(values.size())}, values));
  }
  ValueId scalar(int64_t value) {
    return graph->add_constant("constant",
                               graph::make_tensor(DType::kInt64, {}, std::vector{value}));
  }

  // One output.
  ValueId node(const std::string& op, std::vector<ValueId> inputs,
               std::map<std::string, graph::Attribute, std::less<>> attributes = {},
               const std::string& domain = "") {
    return nodes(op, std::move(inputs), 1, std::move(attributes), domain)[0];
  }
  std::vector<ValueId> nodes(const std::string& op, std::vector<ValueId> inputs, size_t outputs,
                             std::map<std::string, graph::Attribute, std::less<>> attributes = {},
                             const std::string& domain = "") {
    Node made;
    made.op_type = op;
    made.domain = domain;
    made.version = domain.empty() ? 17 : 1;
    made.inputs = std::move(inputs);
    made.attributes = std::move(attributes);
    for (size_t i = 0; i < outputs; ++i)
      made.outputs.push_back(graph->add_value(op + "_" + to_text(graph->values.size())));
    std::vector<ValueId> out = made.outputs;
    graph->add_node(std::move(made));
    return out;
  }

  std::shared_ptr<Graph> graph;
};

// A plan with what a run needs around it.
class Runner {
 public:
  explicit Runner(const std::shared_ptr<Graph>& graph, int threads = 2) : pool_(threads) {
    const Status prepared = prepare(*graph, false);
    EXPECT_TRUE(prepared.ok()) << prepared.message();
    auto plan = build_plan(graph, packs_);
    EXPECT_TRUE(plan.ok()) << plan.message();
    if (plan.ok()) plan_ = std::move(plan).value();
  }

  Result<std::vector<OutputTensor>> run(std::span<const TensorView> inputs,
                                        SessionState* state = nullptr,
                                        const std::atomic<bool>* cancel = nullptr) {
    RunContext context{packs_, slabs_, pool_, cancel, state, nullptr};
    return run_plan(*plan_, context, inputs);
  }

  const Plan& plan() const { return *plan_; }
  int64_t packed_bytes() const { return packs_.packed_bytes(); }

 private:
  ThreadPool pool_;
  PackStore packs_;
  SlabPool slabs_;
  std::shared_ptr<const Plan> plan_;
};

// An input that owns its shape and elements.
template <class T>
struct Input {
  std::vector<int64_t> shape;
  std::vector<T> values;

  TensorView view(DType dtype) const {
    return {dtype, shape, reinterpret_cast<const std::byte*>(values.data())};
  }
};

inline Input<float> counting(std::vector<int64_t> shape) {
  const int64_t count =
      std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
  Input<float> input{std::move(shape), std::vector<float>(static_cast<size_t>(count))};
  std::iota(input.values.begin(), input.values.end(), 1.0f);
  return input;
}

template <class T>
std::vector<T> elements(const OutputTensor& tensor) {
  const auto* data = reinterpret_cast<const T*>(tensor.data());
  return std::vector<T>(data, data + tensor.count());
}

}  // namespace inlay::runtime
