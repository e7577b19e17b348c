// What operators with subgraphs share.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Gives captures the types, contents and constants of the values they stand for; then infers the
// subgraph.
Status infer_subgraph(Inference& in, graph::Graph& sub);

// The error kNotYet of a node whose subgraph no plan can be made of before it runs.
Status not_yet_inside(Inference& in, std::string_view wanted);

// The types that hold for both: equal sizes stay, others become data sizes of this node. Fails when
// types or ranks differ.
Result<graph::TensorType> merge_types(Inference& in, const graph::TensorType& a,
                                      const graph::TensorType& b);

// Copies a subgraph's output into a data-sized output of the step.
Status give_output(const StepCall& call, int output, int64_t element_bytes,
                   const RunServices::SubgraphTensor& tensor);

}  // namespace inlay::ops
