// HardSwish (ONNX 14…): x * clip(x / 6 + 0.5, 0, 1).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_hard_swish(Inference& in) { return infer_unary(in); }

Status lower_hard_swish(Lowering& low) { return lower_unary(low, kernels::Unary::kHardSwish); }

}  // namespace inlay::ops
