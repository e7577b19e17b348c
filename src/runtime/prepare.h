// What happens to an imported graph before a plan is made of it.
#pragma once

#include "graph/graph.h"

namespace inlay::runtime {

// All graph inputs have a rank; others get one from the first run that brings them.
bool has_known_ranks(const graph::Graph& graph);

// Infers types, rewrites where asked to, infers what is new, drops what nobody reads.
Status prepare(graph::Graph& graph, bool rewrite);

}  // namespace inlay::runtime
