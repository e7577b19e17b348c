// Softplus (ONNX 1…): log(1 + exp(x)).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_softplus(Inference& in) { return infer_unary(in); }

Status lower_softplus(Lowering& low) { return lower_unary(low, kernels::Unary::kSoftplus); }

}  // namespace inlay::ops
