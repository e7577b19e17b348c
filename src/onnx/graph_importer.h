// One GraphProto as a Graph; a subgraph by an importer that knows the one around it.
//
// The whole message is read first, because a file may hold its parts in any order; then every name
// is defined; then nodes are made, whose inputs and subgraphs find all names in place. The nodes of a
// function come into the graph of its call by an importer with names of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/graph.h"
#include "onnx/attribute_proto.h"
#include "onnx/function_calls.h"
#include "onnx/model_source.h"
#include "onnx/node_proto.h"
#include "onnx/tensor_proto.h"
#include "onnx/value_info.h"

namespace inlay::onnx {

// What all graphs of a model share.
struct ModelContext {
  ModelSource& source;
  std::shared_ptr<graph::ExprPool> exprs;
  OpsetImports opsets;
  Functions functions;
  Inliner inliner{};
};

class GraphImporter final : public SubgraphImporter {
 public:
  GraphImporter(ModelContext& model, GraphImporter* outer) : model_(model), outer_(outer) {
    if (!outer) return;
    call_ = outer->call_;
    label_ = outer->label_;
  }

  Result<std::shared_ptr<graph::Graph>> import(protobuf::Reader message);
  Result<std::shared_ptr<graph::Graph>> import_subgraph(protobuf::Reader message) override {
    return GraphImporter(model_, this).import(message);
  }
  Result<std::shared_ptr<const graph::ValueType>> import_type(const protobuf::Reader& in) override {
    INLAY_ASSIGN(const protobuf::Reader message, in.message());
    INLAY_ASSIGN(graph::ValueType type, read_type(message, "type", *model_.exprs));
    return std::make_shared<const graph::ValueType>(std::move(type));
  }

 private:
  Status read_field(const protobuf::Reader& in);
  Status define(const std::string& name, graph::ValueId id);
  Status define_constants_and_inputs();
  Status define_input(ValueInfo& input);
  Status define_outputs(const NodeProto& proto);
  Status import_nodes();
  Status define_constant_node(const NodeProto& proto);
  Status add_node(const NodeProto& proto);
  Status add_outputs();
  Result<int> version_of(const NodeProto& proto) const;
  // The value of that name here, or of a graph around this one as a capture; none when none has it.
  // kNoValue is an input of a function that its call leaves out.
  std::optional<graph::ValueId> resolve(const std::string& name);
  // None where it refers to an attribute that the call of the function leaves out.
  Result<std::optional<NamedAttribute>> attribute(const NamedMessage& message);

  // ---- functions (function_import.cc)
  Status inline_call(const NodeProto& proto, const FunctionProto& function);
  FunctionCall bind_attributes(const NodeProto& proto, const FunctionProto& function,
                               GraphImporter& body);
  // The function's nodes, in the graph of `caller`.
  Status import_body(const NodeProto& proto, GraphImporter& caller);
  Status bind_inputs(const NodeProto& proto, GraphImporter& caller);
  Status connect_outputs(const NodeProto& proto, GraphImporter& caller);
  Status add_identity(graph::ValueId from, graph::ValueId to);
  // A value's or node's name among those of other calls.
  std::string inner_name(const std::string& name) const;

  ModelContext& model_;
  GraphImporter* outer_;
  const FunctionCall* call_ = nullptr;                       // the function whose nodes these are
  std::string label_;                                        // "first call/second call", for names
  std::unordered_map<std::string, graph::ValueId> results_;  // a function's outputs: the call's
  std::shared_ptr<graph::Graph> graph_;
  std::unordered_map<std::string, graph::ValueId> names_;
  std::vector<NamedTensor> initializers_;
  std::vector<ValueInfo> inputs_;
  std::vector<ValueInfo> outputs_;
  std::vector<NodeProto> nodes_;
};

}  // namespace inlay::onnx
