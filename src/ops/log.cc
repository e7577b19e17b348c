// Log (ONNX 1…): natural logarithm.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_log(Inference& in) { return infer_unary(in); }

Status lower_log(Lowering& low) { return lower_unary(low, kernels::Unary::kLog); }

}  // namespace inlay::ops
