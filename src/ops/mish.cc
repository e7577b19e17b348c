// Mish (ONNX 18…): x * tanh(softplus(x)).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_mish(Inference& in) { return infer_unary(in); }

Status lower_mish(Lowering& low) { return lower_unary(low, kernels::Unary::kMish); }

}  // namespace inlay::ops
