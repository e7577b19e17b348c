// Makes an imported graph smaller and faster without changing what it computes.
//
//   INLAY_TRY(ops::infer(graph));
//   INLAY_TRY(rewrite::rewrite(graph));     // types of what is new are inferred, too
//
// Rewrites match what nodes mean, not how an exporter spells it, and leave alone whatever has a
// value that is also used elsewhere. Each notes in Graph::rewrites what it did. Results change by
// rounding alone.
#pragma once

#include "base/status.h"
#include "graph/graph.h"

namespace inlay::rewrite {

// Requires a graph whose types were inferred.
Status rewrite(graph::Graph& graph);

}  // namespace inlay::rewrite
