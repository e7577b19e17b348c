// TreeEnsembleRegressor (ai.onnx.ml 1, 3, 5): functions of each row by trees.
#include "ops/ml/tree_model.h"

namespace inlay::ops {
namespace {

constexpr ml::TreeReader kReader = {ml::tree_regressor<float>, ml::tree_regressor<double>, false};

}  // namespace

Status infer_tree_ensemble_regressor(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(ml::expect_rows(in));
  return ml::infer_trees(in, kReader, DType::kFloat32);
}

Status lower_tree_ensemble_regressor(Lowering& low) { return ml::lower_trees(low, kReader); }

}  // namespace inlay::ops
