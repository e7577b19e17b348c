// Sin (ONNX 7…): sine.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_sin(Inference& in) { return infer_unary(in); }

Status lower_sin(Lowering& low) { return lower_unary(low, kernels::Unary::kSin); }

}  // namespace inlay::ops
