// Sqrt (ONNX 1…): square root; NaN below 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_sqrt(Inference& in) { return infer_unary(in); }

Status lower_sqrt(Lowering& low) { return lower_unary(low, kernels::Unary::kSqrt); }

}  // namespace inlay::ops
