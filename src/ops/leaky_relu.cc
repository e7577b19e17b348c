// LeakyRelu (ONNX 1…): x, or alpha · x below 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_leaky_relu(Inference& in) { return infer_unary(in); }

Status lower_leaky_relu(Lowering& low) {
  return lower_parametric(low, kernels::Parametric::kLeakyRelu, {parameter(low, "alpha", 0.01f)});
}

}  // namespace inlay::ops
