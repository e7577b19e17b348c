#include "runtime/prepare.h"

#include <algorithm>

#include "ops/op.h"
#include "rewrite/rewrite.h"

namespace inlay::runtime {

bool has_known_ranks(const graph::Graph& graph) {
  return std::all_of(graph.inputs.begin(), graph.inputs.end(),
                     [&](graph::ValueId v) { return graph.value(v).type.shape.has_value(); });
}

Status prepare(graph::Graph& graph, bool rewrite) {
  graph::remove_dead_nodes(graph);
  INLAY_TRY(ops::infer(graph));
  if (rewrite) INLAY_TRY(rewrite::rewrite(graph));
  graph::remove_dead_nodes(graph);
  return graph.check();
}

}  // namespace inlay::runtime
