// SVMRegressor (ai.onnx.ml 1): a function of each row by support vectors, or its sign ("one_class").
#include "ops/ml/support_vectors.h"

namespace inlay::ops {

Status infer_svm_regressor(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(ml::expect_rows(in));
  const auto model = ml::svm_regressor(in.node());
  INLAY_TRY(ml::placed(in, model));
  INLAY_TRY(ml::expect_features(in, (*model)->features(), true));
  return ml::infer_scores(in, DType::kFloat32, (*model)->scores(), false);
}

Status lower_svm_regressor(Lowering& low) {
  INLAY_ASSIGN(auto model, ml::svm_regressor(low.node()));
  return ml::lower_scores<float>(low, std::move(model), false);
}

}  // namespace inlay::ops
