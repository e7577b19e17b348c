// LinearClassifier (ai.onnx.ml 1): linear scores of each row, and the label of the highest.
#include "ops/ml/linear_model.h"

namespace inlay::ops {
namespace {

Result<std::shared_ptr<const ml::Scorer<float>>> classifier(const graph::Node& node,
                                                            ExprPool& exprs, const Shape& shape) {
  return ml::linear_classifier(node, exprs.value(ml::rows_of(exprs, shape).columns).value_or(0));
}

}  // namespace

Status infer_linear_classifier(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(ml::expect_rows(in));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  const auto model = classifier(in.node(), in.exprs(), shape);
  INLAY_TRY(ml::placed(in, model));
  INLAY_TRY(ml::expect_features(in, (*model)->features(), true));
  return ml::infer_scores(in, DType::kFloat32, (*model)->scores(), true);
}

Status lower_linear_classifier(Lowering& low) {
  INLAY_ASSIGN(auto model, classifier(low.node(), low.exprs(), low.input_shape(0)));
  return ml::lower_scores<float>(low, std::move(model), true);
}

}  // namespace inlay::ops
