#include "ops/objects/object_graph.h"

#include <algorithm>

#include "ops/op.h"

namespace inlay::ops {
namespace {

bool is_string_constant(const graph::Graph& graph, graph::ValueId id) {
  if (id == graph::kNoValue) return false;
  const graph::TensorRef& constant = graph.value(id).constant;
  return constant && constant->dtype == graph::DType::kString;
}

bool is_object_input(const graph::Graph& graph, graph::ValueId id) {
  const graph::Value& value = graph.value(id);
  return value.object || value.type.dtype == graph::DType::kString;
}

template <class Visit>
void for_each_subgraph(const graph::Node& node, Visit&& visit) {
  for (const auto& [key, attribute] : node.attributes)
    if (const auto* sub = std::get_if<std::shared_ptr<graph::Graph>>(&attribute)) visit(**sub);
}

}  // namespace

bool has_objects_inside(const graph::Node& node) {
  bool found = false;
  for_each_subgraph(node, [&](const graph::Graph& sub) { found = found || has_objects(sub); });
  return found;
}

bool has_objects(const graph::Graph& graph) {
  const auto is_input = [&](graph::ValueId id) { return is_object_input(graph, id); };
  const auto is_string = [&](graph::ValueId id) { return is_string_constant(graph, id); };
  if (std::any_of(graph.inputs.begin(), graph.inputs.end(), is_input)) return true;
  if (std::any_of(graph.outputs.begin(), graph.outputs.end(), is_string)) return true;
  return std::any_of(graph.order.begin(), graph.order.end(), [&](graph::NodeId id) {
    const graph::Node& node = graph.node(id);
    if (node.dead) return false;
    return std::any_of(node.inputs.begin(), node.inputs.end(), is_string) ||
           object_op_of(node, false) || has_objects_inside(node);
  });
}

const ObjectOp* object_op_of(const graph::Node& node, bool has_objects) {
  const ObjectOp* op = find_object_op(node.domain, node.op_type, node.version);
  if (!op) return nullptr;
  const bool is_dense = find_op(node.domain, node.op_type, node.version) != nullptr;
  return op->applies(node, has_objects) || !is_dense ? op : nullptr;
}

namespace {

void list_unknown(const graph::Graph& graph, std::vector<std::string>& unknown) {
  for (const graph::NodeId id : graph.order) {
    const graph::Node& node = graph.node(id);
    if (node.dead) continue;
    if (!find_op(node.domain, node.op_type, node.version) &&
        !find_object_op(node.domain, node.op_type, node.version))
      unknown.push_back(operator_text(node));
    for_each_subgraph(node, [&](const graph::Graph& sub) { list_unknown(sub, unknown); });
  }
}

}  // namespace

Status expect_known_operators(const graph::Graph& graph) {
  std::vector<std::string> unknown;
  list_unknown(graph, unknown);
  return unknown_operators(std::move(unknown));
}

}  // namespace inlay::ops
