// Selu (ONNX 6…): gamma · x, or gamma · alpha · (exp(x) - 1) below 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_selu(Inference& in) { return infer_unary(in); }

Status lower_selu(Lowering& low) {
  const double alpha = parameter(low, "alpha", 1.67326319217681884765625f);
  const double gamma = parameter(low, "gamma", 1.05070102214813232421875f);
  return lower_parametric(low, kernels::Parametric::kElu, {gamma, gamma * alpha, 1});
}

}  // namespace inlay::ops
