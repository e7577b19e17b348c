// Running one node at load, on constants.
#pragma once

#include <span>
#include <vector>

#include "ops/op.h"

namespace inlay::ops {

// The elements of a value whose content is numbers, as a tensor; null for other values.
graph::TensorRef tensor_of(const ExprPool& exprs, const graph::Value& value);

// The outputs of a node whose types were inferred and whose inputs are the given tensors (null
// where left out). Outputs that are left out are null. Fails as the node's step fails, or with
// kUnsupported where it needs more than its inputs.
Result<std::vector<graph::TensorRef>> evaluate(const graph::Graph& graph, const graph::Node& node,
                                               std::span<const graph::TensorRef> inputs);

}  // namespace inlay::ops
