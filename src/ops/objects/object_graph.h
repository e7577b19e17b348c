// Which graphs have values that are no dense tensors of numbers, as can be told before a run.
#pragma once

#include "ops/objects/object_op.h"

namespace inlay::ops {

// Whether an input, a constant that is read, or what a node makes is no dense tensor of numbers; in the
// graph or in a subgraph of it.
bool has_objects(const graph::Graph& graph);
// The same of a node's subgraphs.
bool has_objects_inside(const graph::Node& node);

// The operator of the table, where the node is an object operator's; else null.
const ObjectOp* object_op_of(const graph::Node& node, bool has_objects);

// Fails with one error that lists all operators of the graph and its subgraphs that neither table has.
Status expect_known_operators(const graph::Graph& graph);

}  // namespace inlay::ops
