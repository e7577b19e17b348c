// Tanh (ONNX 1…): hyperbolic tangent.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_tanh(Inference& in) { return infer_unary(in); }

Status lower_tanh(Lowering& low) { return lower_unary(low, kernels::Unary::kTanh); }

}  // namespace inlay::ops
