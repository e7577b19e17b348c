#include "rewrite/rewrite.h"

#include "ops/op.h"

namespace inlay::rewrite {

Status rewrite(graph::Graph& graph) { return ops::infer(graph); }

}  // namespace inlay::rewrite
