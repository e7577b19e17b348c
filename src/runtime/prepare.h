// What happens to an imported graph before a plan is made of it.
#pragma once

#include "graph/graph.h"

namespace inlay::runtime {

// Infers types, rewrites where asked to, infers what is new, drops what nobody reads. Fails with kNotYet where
// that needs ranks or numbers which only a run knows; the graph is half typed then.
Status prepare(graph::Graph& graph, bool rewrite);

// The error of a kNotYet for which no run helps; other errors as they are.
Status as_unsupported(Status status);

}  // namespace inlay::runtime
