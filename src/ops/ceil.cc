// Ceil (ONNX 1…): rounds up.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_ceil(Inference& in) { return infer_unary(in); }

Status lower_ceil(Lowering& low) { return lower_unary(low, kernels::Unary::kCeil); }

}  // namespace inlay::ops
