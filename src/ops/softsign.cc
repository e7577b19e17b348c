// Softsign (ONNX 1…): x / (1 + |x|).
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_softsign(Inference& in) { return infer_unary(in); }

Status lower_softsign(Lowering& low) { return lower_unary(low, kernels::Unary::kSoftsign); }

}  // namespace inlay::ops
