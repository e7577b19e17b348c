// Makes a graph smaller without changing what it computes.
#pragma once

#include "graph/graph.h"

namespace inlay::rewrite {

// Runs all passes in order over a graph whose types were inferred; notes what it did in graph.rewrites and
// leaves types inferred.
Status rewrite(graph::Graph& graph);

}  // namespace inlay::rewrite
