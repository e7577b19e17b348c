// Single nodes of objects/table.cc on values, for tests, with a host that has nothing but memory and one thread:
//
//   EXPECT_EQ(texts(eval("StringConcat", {strings({"a"}), strings({"b"})}, {}, 20)), …);
#pragma once

#include <gtest/gtest.h>

#include "graph/graph_maker.h"
#include "ops/evaluate.h"
#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::test {

using graph::TensorRef;
using ops::AnyValue;

// A node with as many outputs as asked for; the domain may stand before its name ("ai.onnx.ml.ZipMap").
struct ObjectNode {
  std::string op;
  GraphMaker::Attributes attributes;
  int version = 1;
  size_t outputs = 1;
};

inline Node node_of(const ObjectNode& wanted, size_t inputs) {
  const size_t dot = wanted.op.rfind('.');
  Node node;
  node.domain = dot == std::string::npos ? "" : wanted.op.substr(0, dot);
  node.op_type = dot == std::string::npos ? wanted.op : wanted.op.substr(dot + 1);
  node.name = "n";
  node.attributes = wanted.attributes;
  node.version = wanted.version;
  for (size_t i = 0; i < inputs; ++i) node.inputs.push_back(static_cast<ValueId>(i));
  for (size_t i = 0; i < wanted.outputs; ++i)
    node.outputs.push_back(static_cast<ValueId>(inputs + i));
  return node;
}

class TestHost final : public ops::ObjectHost {
 public:
  explicit TestHost(ObjectNode node) : node_(std::move(node)), pool_(1) {}
  bool cancelled() const override { return false; }
  ThreadPool& pool() override { return pool_; }
  Status reserve(int64_t bytes) override {
    reserved_ += bytes;
    return bytes <= most_bytes ? Status() : out_of_memory("expected at most {} bytes", most_bytes);
  }
  Result<std::vector<AnyValue>> run_dense(std::span<const AnyValue> inputs) override {
    graph::Graph graph(std::make_shared<graph::ExprPool>());
    std::vector<TensorRef> tensors;
    for (const AnyValue& input : inputs) {
      tensors.push_back(input.tensor());
      graph.add_constant("c", input.tensor());
    }
    for (size_t i = 0; i < node_.outputs; ++i) graph.add_value("y");
    const auto id = graph.add_node(node_of(node_, inputs.size()));
    INLAY_TRY(ops::infer_node(graph, id));
    INLAY_ASSIGN(const auto made, ops::evaluate(graph, graph.node(id), tensors));
    return std::vector<AnyValue>(made.begin(), made.end());
  }
  Result<std::vector<AnyValue>> run_subgraph(std::string_view, std::span<const AnyValue>) override {
    return unsupported("no subgraphs here");
  }

  int64_t most_bytes = int64_t{1} << 30;
  int64_t reserved() const { return reserved_; }

 private:
  ObjectNode node_;
  ThreadPool pool_;
  int64_t reserved_ = 0;
};

inline Result<std::vector<AnyValue>> eval_node(const ObjectNode& wanted,
                                               const std::vector<AnyValue>& inputs,
                                               int64_t most_bytes = int64_t{1} << 30) {
  graph::Graph graph(std::make_shared<graph::ExprPool>());
  for (size_t i = 0; i < inputs.size() + wanted.outputs; ++i) graph.add_value("v");
  const Node node = node_of(wanted, inputs.size());
  const ops::ObjectOp* op = ops::find_object_op(node.domain, node.op_type, node.version);
  if (!op) return not_found("no object operator {}", wanted.op);
  TestHost host(wanted);
  host.most_bytes = most_bytes;
  ops::ObjectCall call(graph, node, inputs, host);
  INLAY_TRY(op->eval(call));
  return call.take_outputs();
}

// Output 0.
inline Result<AnyValue> eval(const std::string& op, const std::vector<AnyValue>& inputs,
                             GraphMaker::Attributes attributes = {}, int version = 1) {
  INLAY_ASSIGN(std::vector<AnyValue> outputs,
               eval_node({op, std::move(attributes), version}, inputs));
  return std::move(outputs[0]);
}

inline AnyValue strings(std::vector<std::string> texts) {
  return ops::ml::string_tensor(std::move(texts));
}
inline AnyValue strings(std::vector<int64_t> shape, std::vector<std::string> texts) {
  return ops::ml::string_tensor(std::move(shape), std::move(texts));
}
template <class T>
AnyValue numbers(std::vector<int64_t> shape, const std::vector<T>& values) {
  return graph::make_tensor(ops::kDType<T>, std::move(shape), values);
}
template <class T>
AnyValue numbers(const std::vector<T>& values) {
  return numbers({static_cast<int64_t>(values.size())}, values);
}

inline std::vector<std::string> texts(const Result<AnyValue>& value) {
  EXPECT_TRUE(value.ok()) << value.message();
  return value.ok() ? value->tensor()->strings : std::vector<std::string>();
}
template <class T>
std::vector<T> elements_of(const Result<AnyValue>& value) {
  EXPECT_TRUE(value.ok()) << value.message();
  if (!value.ok()) return {};
  EXPECT_EQ(value->tensor()->dtype, ops::kDType<T>);
  const T* data = value->tensor()->template as<T>();
  return {data, data + value->tensor()->count()};
}
inline std::vector<int64_t> shape_of(const Result<AnyValue>& value) {
  return value.ok() ? value->tensor()->shape : std::vector<int64_t>{-1};
}
template <class T>
std::string message_of(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.message().find('\n'), std::string_view::npos) << result.message();
  return std::string(result.message());
}

using Integers = std::vector<int64_t>;
using Reals = std::vector<float>;
using Texts = std::vector<std::string>;

}  // namespace inlay::test
