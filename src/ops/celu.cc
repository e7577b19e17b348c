// Celu (ONNX 12…): x, or alpha · (exp(x / alpha) - 1) below 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_celu(Inference& in) { return infer_unary(in); }

Status lower_celu(Lowering& low) {
  const double alpha = parameter(low, "alpha", 1.0f);
  return lower_parametric(low, kernels::Parametric::kElu, {1, alpha, 1 / alpha});
}

}  // namespace inlay::ops
