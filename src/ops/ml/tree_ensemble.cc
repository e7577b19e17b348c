// TreeEnsemble (ai.onnx.ml 5): functions of each row by trees, in the type of the row.
#include "ops/ml/tree_model.h"

namespace inlay::ops {
namespace {

constexpr ml::TreeReader kReader = {ml::tree_ensemble<float>, ml::tree_ensemble<double>, false};

}  // namespace

Status infer_tree_ensemble(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16}));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  if (shape.size() != 2)
    return in.error("expected rows of features, found {} dimensions", shape.size());
  return ml::infer_trees(in, kReader, in.dtype(0));
}

Status lower_tree_ensemble(Lowering& low) { return ml::lower_trees(low, kReader); }

}  // namespace inlay::ops
