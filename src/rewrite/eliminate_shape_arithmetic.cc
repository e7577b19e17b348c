// Nodes that compute sizes. Inference knows their results as expressions over symbols, and a plan
// writes such values where a step reads them, so that nothing has to make them. Without these nodes
// a tensor whose size was asked for has no reader beside those that need its elements.
#include <algorithm>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

// True when a run reads an element of the value to bind a symbol: the node must compute it.
bool binds_symbol(const Graph& graph, ValueId value) {
  return std::any_of(graph.element_symbols.begin(), graph.element_symbols.end(),
                     [&](const graph::ElementSymbol& e) { return e.value == value; });
}

bool is_known(const Edit& edit, const Node& node) {
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId v) {
    return v == kNoValue ||
           (edit.graph().value(v).content && !edit.is_output(v) && !binds_symbol(edit.graph(), v));
  });
}

}  // namespace

Status eliminate_shape_arithmetic(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    if (edit.graph().node(id).dead || !is_known(edit, edit.graph().node(id))) continue;
    edit.remove(id);
    edit.note("eliminate_shape_arithmetic", 1, 0);
  }
  return Status();
}

}  // namespace inlay::rewrite
