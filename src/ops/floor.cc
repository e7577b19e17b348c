// Floor (ONNX 1…): rounds down.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_floor(Inference& in) { return infer_unary(in); }

Status lower_floor(Lowering& low) { return lower_unary(low, kernels::Unary::kFloor); }

}  // namespace inlay::ops
