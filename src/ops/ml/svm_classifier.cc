// SVMClassifier (ai.onnx.ml 1): a class of each row by votes of support vector machines, and their decisions or
// probabilities; linear functions where there are no support vectors.
#include "ops/ml/support_vectors.h"

namespace inlay::ops {

Status infer_svm_classifier(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(ml::expect_rows(in));
  const auto model = ml::svm_classifier(in.node());
  INLAY_TRY(ml::placed(in, model));
  INLAY_TRY(ml::expect_features(in, (*model)->features(), true));
  return ml::infer_scores(in, DType::kFloat32, (*model)->scores(), true);
}

Status lower_svm_classifier(Lowering& low) {
  INLAY_ASSIGN(auto model, ml::svm_classifier(low.node()));
  return ml::lower_scores<float>(low, std::move(model), true);
}

}  // namespace inlay::ops
