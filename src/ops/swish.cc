// Swish (ONNX 24…): x · sigmoid(alpha · x).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_swish(Inference& in) { return infer_unary(in); }

Status lower_swish(Lowering& low) {
  return lower_parametric(low, kernels::Parametric::kSwish, {parameter(low, "alpha", 1.0f)});
}

}  // namespace inlay::ops
