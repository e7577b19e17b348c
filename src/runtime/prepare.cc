#include "runtime/prepare.h"

#include "ops/op.h"
#include "rewrite/rewrite.h"

namespace inlay::runtime {

Status prepare(graph::Graph& graph, bool rewrite) {
  graph::remove_dead_nodes(graph);
  INLAY_TRY(ops::infer(graph));
  if (rewrite) INLAY_TRY(rewrite::rewrite(graph));
  graph::remove_dead_nodes(graph);
  return graph.check();
}

Status as_unsupported(Status status) {
  if (status.code() != StatusCode::kNotYet) return status;
  return unsupported("{}, found what only a run knows", status.message());
}

}  // namespace inlay::runtime
