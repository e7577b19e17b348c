// Nodes whose inputs are constants, or integers that shape arithmetic made constants, are computed
// now, where that is cheap: results of at most 64 KB. Views of weights stay nodes, because they
// cost nothing.
#include <algorithm>

#include "ops/evaluate.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

constexpr int64_t kMaxBytes = 1 << 16;

// The value as a tensor: a constant, or content that is numbers.
graph::TensorRef known(const Edit& edit, ValueId v) {
  const graph::Value& value = edit.graph().value(v);
  if (value.constant) return value.constant;
  if (!value.content) return nullptr;
  return ops::tensor_of(*edit.graph().exprs, value);
}

bool is_cheap(const Edit& edit, const Node& node) {
  for (ValueId v : node.outputs) {
    if (v == kNoValue) continue;
    const auto count = edit.graph().exprs->value(edit.graph().exprs->product(edit.shape(v)));
    const int64_t bytes = graph::dtype_bytes(edit.type(v).dtype);
    if (!count || bytes == 0 || *count > kMaxBytes / bytes) return false;
  }
  return true;
}

bool holds_subgraph(const Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return std::holds_alternative<std::shared_ptr<Graph>>(attribute.second);
  });
}

}  // namespace

Status fold_constants(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node& node = edit.graph().node(id);
    if (node.dead || node.domain != "" || node.inputs.empty() || holds_subgraph(node) ||
        !is_cheap(edit, node))
      continue;
    std::vector<graph::TensorRef> inputs;
    bool all = true;
    for (ValueId v : node.inputs) {
      inputs.push_back(v == kNoValue ? nullptr : known(edit, v));
      all = all && (v == kNoValue || inputs.back());
    }
    if (!all) continue;
    auto outputs = ops::evaluate(edit.graph(), node, inputs);
    if (!outputs.ok()) continue;  // the run will say what is wrong, if it comes to it
    const std::vector<ValueId> values = node.outputs;
    for (size_t i = 0; i < values.size(); ++i)
      if (values[i] != kNoValue) edit.set_constant(values[i], std::move((*outputs)[i]));
    edit.note("fold_constants", 1, 0);
  }
  return Status();
}

}  // namespace inlay::rewrite
