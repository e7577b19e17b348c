// Tree ensembles of ai.onnx.ml, in the spelling of versions 1 to 3 (nodes of trees with ids) and of version 5.
#pragma once

#include "ops/ml/scorer.h"

namespace inlay::ops::ml {

// T is what features and thresholds are compared in: double where the input is.
template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_classifier(const graph::Node& node);
template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_regressor(const graph::Node& node);
template <class T>
Result<std::shared_ptr<const Scorer<T>>> tree_ensemble(const graph::Node& node);

// The shape rule and the lowering of all three, with how each is read.
template <class T>
using ReadTrees = Result<std::shared_ptr<const Scorer<T>>> (*)(const graph::Node&);
struct TreeReader {
  ReadTrees<float> narrow;
  ReadTrees<double> wide;
  bool classifies;
};
Status infer_trees(Inference& in, const TreeReader& reader, DType out);
Status lower_trees(Lowering& low, const TreeReader& reader);

}  // namespace inlay::ops::ml
