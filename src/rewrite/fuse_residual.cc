// A sum of two tensors of one shape: the residual of the Linear that makes one of them, or else of
// the LayerNorm that reads it.
#include "rewrite/linear.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

bool into_linear(Edit& edit, const Node& sum) {
  const ValueId out = sum.output(0);
  for (const Pair& p : both_orders(sum)) {
    const Node* linear = edit.maker(p.first);
    if (!linear || !linear->is("Linear", "inlay") || linear->input(1) != kNoValue ||
        !edit.used_once(p.first) || !edit.same_type(p.first, p.second))
      continue;
    Node made = *linear;
    made.inputs[1] = p.second;
    edit.note("residual", 2);
    edit.replace(out, std::move(made));
    return true;
  }
  return false;
}

void into_layer_norm(Edit& edit, const Node& sum) {
  const ValueId middle = sum.output(0), a = sum.input(0), b = sum.input(1);
  if (!edit.used_once(middle) || !edit.same_type(a, b) || !edit.is_f32(a)) return;
  const Node& norm = edit.graph().node(edit.readers(middle)[0]);
  if (!norm.is("LayerNorm", "inlay") || norm.input(0) != middle || norm.input(1) != kNoValue)
    return;
  Node made = norm;
  made.inputs[0] = a;
  made.inputs[1] = b;
  const ValueId out = norm.output(0);
  edit.note("residual", 2);
  edit.replace(out, std::move(made));
}

}  // namespace

Status fuse_residual(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("Add") && !into_linear(edit, node)) into_layer_norm(edit, node);
  }
  return Status();
}

}  // namespace inlay::rewrite
