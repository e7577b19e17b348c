// Calls of the model's functions: their nodes take the call's place.
#include <algorithm>

#include "onnx/graph_importer.h"

namespace inlay::onnx {
namespace {

using graph::kNoValue;
using graph::ValueId;

constexpr size_t kLongestLabel = 200;  // longer ones do not grow with each level of calls

bool holds_graph(const graph::Attribute& value) {
  return std::holds_alternative<std::shared_ptr<graph::Graph>>(value) ||
         std::holds_alternative<std::vector<std::shared_ptr<graph::Graph>>>(value);
}

// An attribute that a call may leave out.
bool declares(const FunctionProto& function, const std::string& name) {
  return std::find(function.attributes.begin(), function.attributes.end(), name) !=
         function.attributes.end();
}

std::string label_of(const NodeProto& proto) {
  std::string label = proto.name;
  for (const std::string& output : proto.outputs)
    if (label.empty()) label = output;
  return label;
}

}  // namespace

Result<std::optional<NamedAttribute>> GraphImporter::attribute(const NamedMessage& message) {
  const auto read = [&](const NamedMessage& from,
                        GraphImporter& scope) -> Result<std::optional<NamedAttribute>> {
    INLAY_ASSIGN(NamedAttribute named, read_attribute(from.message, model_.source, scope));
    return std::optional(std::move(named));
  };
  if (message.refers_to.empty()) return read(message, *this);
  if (!call_)
    return corrupt(
        "{}: attribute {}: expected a value, found a reference to a function's attribute {}",
        model_.source.name, quote(message.name), quote(message.refers_to));
  const auto bound = call_->attributes.find(message.refers_to);
  if (bound == call_->attributes.end()) {
    if (declares(call_->function, message.refers_to)) return std::optional<NamedAttribute>();
    return corrupt("{}: {} has no attribute {}", model_.source.name, describe(call_->function),
                   quote(message.refers_to));
  }
  INLAY_TRY(model_.inliner.charge(0, bound->second.message.bytes, model_.source));
  INLAY_ASSIGN(auto named, read(bound->second.message, *bound->second.scope));
  if (holds_graph(named->value) && bound->second.scope->graph_ != graph_)
    return unsupported("{}: {}: attribute {}: a graph that a subgraph refers to is not supported",
                       model_.source.name, describe(call_->function), quote(message.refers_to));
  named->name = message.name;
  return named;
}

Status GraphImporter::inline_call(const NodeProto& proto, const FunctionProto& function) {
  INLAY_TRY(model_.inliner.enter(function, model_.source));
  GraphImporter body(model_, nullptr);
  const FunctionCall call = bind_attributes(proto, function, body);
  body.call_ = &call;
  body.label_ = label_;
  const std::string label = inner_name(label_of(proto));
  if (label.size() <= kLongestLabel) body.label_ = label;
  INLAY_TRY(body.import_body(proto, *this));
  model_.inliner.leave();
  return Status();
}

FunctionCall GraphImporter::bind_attributes(const NodeProto& proto, const FunctionProto& function,
                                            GraphImporter& body) {
  FunctionCall call{function, {}};
  for (const NamedMessage& message : proto.attributes) {
    if (message.refers_to.empty()) {
      call.attributes.emplace(message.name, BoundAttribute{message, this});
    } else if (call_) {
      const auto bound = call_->attributes.find(message.refers_to);
      if (bound != call_->attributes.end()) call.attributes.emplace(message.name, bound->second);
    }
  }
  for (const NamedMessage& message : function.default_attributes)
    call.attributes.emplace(message.name, BoundAttribute{message, &body});
  return call;
}

Status GraphImporter::import_body(const NodeProto& proto, GraphImporter& caller) {
  graph_ = caller.graph_;
  INLAY_TRY(bind_inputs(proto, caller));
  const FunctionProto& function = call_->function;
  if (proto.outputs.size() > function.outputs.size())
    return corrupt("{}: {}: {}: expected at most {} outputs, found {}", model_.source.name,
                   describe(proto), describe(function), function.outputs.size(),
                   proto.outputs.size());
  for (size_t i = 0; i < proto.outputs.size(); ++i)
    if (!proto.outputs[i].empty())
      results_.emplace(function.outputs[i], caller.names_.find(proto.outputs[i])->second);
  for (const protobuf::Reader& message : function.nodes) {
    INLAY_ASSIGN(NodeProto node, read_node(message));
    nodes_.push_back(std::move(node));
  }
  INLAY_TRY(import_nodes());
  return connect_outputs(proto, caller);
}

Status GraphImporter::bind_inputs(const NodeProto& proto, GraphImporter& caller) {
  const FunctionProto& function = call_->function;
  if (proto.inputs.size() > function.inputs.size())
    return corrupt("{}: {}: {}: expected at most {} inputs, found {}", model_.source.name,
                   describe(proto), describe(function), function.inputs.size(),
                   proto.inputs.size());
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    const bool given = i < proto.inputs.size() && !proto.inputs[i].empty();
    const std::optional<ValueId> id = given ? caller.resolve(proto.inputs[i]) : kNoValue;
    if (!id)
      return corrupt("{}: {}: nothing makes its input {}", model_.source.name, describe(proto),
                     quote(proto.inputs[i]));
    INLAY_TRY(define(function.inputs[i], *id));
  }
  return Status();
}

// An output that is an input of the function, a constant or another output is a copy.
Status GraphImporter::connect_outputs(const NodeProto& proto, GraphImporter& caller) {
  const FunctionProto& function = call_->function;
  for (size_t i = 0; i < proto.outputs.size(); ++i) {
    if (proto.outputs[i].empty()) continue;
    const std::optional<ValueId> made = resolve(function.outputs[i]);
    if (!made || *made == kNoValue)
      return corrupt("{}: {}: {}: nothing makes its output {}", model_.source.name, describe(proto),
                     describe(function), quote(function.outputs[i]));
    const ValueId wanted = caller.names_.find(proto.outputs[i])->second;
    if (*made != wanted) INLAY_TRY(add_identity(*made, wanted));
  }
  return Status();
}

Status GraphImporter::add_identity(ValueId from, ValueId to) {
  graph::Node node;
  node.op_type = "Identity";
  node.version = 16;  // the first that has all types
  node.inputs = {from};
  node.outputs = {to};
  graph_->add_node(std::move(node));
  return Status();
}

std::string GraphImporter::inner_name(const std::string& name) const {
  return label_.empty() ? name : label_ + "/" + name;
}

}  // namespace inlay::onnx
