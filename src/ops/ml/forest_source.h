// Trees as nodes of ai.onnx.ml spell them.
#pragma once

#include "graph/graph.h"
#include "ops/ml/forest.h"

namespace inlay::ops::ml {

// Of TreeEnsembleClassifier (`votes` is "class") and TreeEnsembleRegressor ("target"): nodes are named by a tree's
// id and their own; a tree's first node is its root.
Result<ForestSource> read_trees(const graph::Node& node, std::string_view votes);
// Of TreeEnsemble: nodes and leaves are counted.
Result<ForestSource> read_ensemble(const graph::Node& node);

// Fails unless every vote's target is in [0, targets), and `targets` is no more than a model can mean.
Status check_targets(const ForestSource& source, int64_t targets);

}  // namespace inlay::ops::ml
