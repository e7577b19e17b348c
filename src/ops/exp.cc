// Exp (ONNX 1…): e to the power x.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_exp(Inference& in) { return infer_unary(in); }

Status lower_exp(Lowering& low) { return lower_unary(low, kernels::Unary::kExp); }

}  // namespace inlay::ops
