// Elu (ONNX 1…): x, or alpha · (exp(x) - 1) below 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_elu(Inference& in) { return infer_unary(in); }

Status lower_elu(Lowering& low) {
  return lower_parametric(low, kernels::Parametric::kElu, {1, parameter(low, "alpha", 1.0f), 1});
}

}  // namespace inlay::ops
