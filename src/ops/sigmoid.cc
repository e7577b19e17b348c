// Sigmoid (ONNX 1…): 1 / (1 + exp(-x)).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_sigmoid(Inference& in) { return infer_unary(in); }

Status lower_sigmoid(Lowering& low) { return lower_unary(low, kernels::Unary::kSigmoid); }

}  // namespace inlay::ops
