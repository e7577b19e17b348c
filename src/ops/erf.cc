// Erf (ONNX 9…): the error function.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_erf(Inference& in) { return infer_unary(in); }

Status lower_erf(Lowering& low) { return lower_unary(low, kernels::Unary::kErf); }

}  // namespace inlay::ops
