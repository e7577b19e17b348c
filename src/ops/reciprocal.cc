// Reciprocal (ONNX 1…): 1 / x.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_reciprocal(Inference& in) { return infer_unary(in); }

Status lower_reciprocal(Lowering& low) { return lower_unary(low, kernels::Unary::kReciprocal); }

}  // namespace inlay::ops
