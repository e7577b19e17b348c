// Round (ONNX 11…): rounds to the nearest integer, ties to even.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_round(Inference& in) { return infer_unary(in); }

Status lower_round(Lowering& low) { return lower_unary(low, kernels::Unary::kRound); }

}  // namespace inlay::ops
