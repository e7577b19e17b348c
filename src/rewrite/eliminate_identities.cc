// Nodes that give back an input, as exporters leave them behind.
#include <algorithm>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

bool is_identity_order(const Node& node) {
  const auto* perm = node.integers("perm");
  if (!perm) return false;
  for (size_t i = 0; i < perm->size(); ++i)
    if ((*perm)[i] != static_cast<int64_t>(i)) return false;
  return true;
}

// The input that a node gives back, or kNoValue; type and shape are compared by the caller.
ValueId given_back(const Edit& edit, const Node& node) {
  const ValueId a = node.input(0), b = node.input(1);
  if (node.is("Identity") || node.is("Cast") || node.is("Reshape") || node.is("Expand") ||
      node.is("Flatten") || node.is("Squeeze") || node.is("Unsqueeze"))
    return a;
  if (node.is("Dropout") && node.output(1) == kNoValue) return a;
  if (node.is("Transpose") && is_identity_order(node)) return a;
  if (node.is("Concat") && node.inputs.size() == 1) return a;
  if ((node.is("Add") || node.is("Sub")) && edit.is_scalar(b, 0)) return a;
  if (node.is("Add") && edit.is_scalar(a, 0)) return b;
  if ((node.is("Mul") || node.is("Div") || node.is("Pow")) && edit.is_scalar(b, 1)) return a;
  if (node.is("Mul") && edit.is_scalar(a, 1)) return b;
  return kNoValue;
}

}  // namespace

Status eliminate_identities(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node& node = edit.graph().node(id);
    const ValueId in = given_back(edit, node), out = node.output(0);
    if (in == kNoValue || out == kNoValue || !edit.same_type(in, out)) continue;
    if (edit.forward(out, in)) edit.note("eliminate_identities", 1, 0);
  }
  return Status();
}

}  // namespace inlay::rewrite
