// An activation behind a Linear becomes part of it.
#include "rewrite/linear.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

struct Activation {
  std::string_view name;  // as inlay.Linear has it; empty: none
  ValueId x = kNoValue;
  size_t readers = 1;  // of x among the nodes of the activation
  int nodes = 1;
};

Activation activation_of(const Edit& edit, const Node& node) {
  const ValueId x = node.input(0);
  if (node.is("Relu")) return {"relu", x};
  if (node.is("Tanh")) return {"tanh", x};
  if (node.is("Sigmoid")) return {"sigmoid", x};
  if (node.is("Gelu"))
    return {node.text("approximate", "none") == "tanh" ? "gelu_tanh" : "gelu", x};
  if (!node.is("Mul")) return {};
  // x · sigmoid(x)
  for (const Pair& p : both_orders(node)) {
    const Node* sigmoid = edit.used_once(p.second) ? edit.maker(p.second, "Sigmoid") : nullptr;
    if (sigmoid && sigmoid->input(0) == p.first) return {"silu", p.first, 2, 2};
  }
  return {};
}

}  // namespace

Status fuse_activation(Edit& edit) {
  // Backwards, so that x · sigmoid(x) is seen before its sigmoid.
  const std::vector<NodeId> nodes = edit.nodes();
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const Node& node = edit.graph().node(*it);
    if (node.dead) continue;
    const Activation activation = activation_of(edit, node);
    if (activation.name.empty()) continue;
    const Node* linear = edit.maker(activation.x);
    if (!linear || !takes_activation(*linear) || edit.is_output(activation.x) ||
        edit.readers(activation.x).size() != activation.readers)
      continue;
    Node made = *linear;
    made.attributes.insert_or_assign("activation", std::string(activation.name));
    edit.note("activation", activation.nodes + 1);
    edit.replace(node.output(0), std::move(made));
  }
  return Status();
}

}  // namespace inlay::rewrite
