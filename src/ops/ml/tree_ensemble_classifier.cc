// TreeEnsembleClassifier (ai.onnx.ml 1, 3, 5): a class of each row by the votes of trees, and the scores of all.
#include "ops/ml/tree_model.h"

namespace inlay::ops {
namespace {

constexpr ml::TreeReader kReader = {ml::tree_classifier<float>, ml::tree_classifier<double>, true};

}  // namespace

Status infer_tree_ensemble_classifier(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(ml::expect_rows(in));
  return ml::infer_trees(in, kReader, DType::kFloat32);
}

Status lower_tree_ensemble_classifier(Lowering& low) { return ml::lower_trees(low, kReader); }

}  // namespace inlay::ops
