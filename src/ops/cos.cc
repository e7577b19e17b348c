// Cos (ONNX 7…): cosine.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_cos(Inference& in) { return infer_unary(in); }

Status lower_cos(Lowering& low) { return lower_unary(low, kernels::Unary::kCos); }

}  // namespace inlay::ops
