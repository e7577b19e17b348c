// HardSigmoid (ONNX 1…): alpha · x + beta, cut to [0, 1].
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_hard_sigmoid(Inference& in) { return infer_unary(in); }

Status lower_hard_sigmoid(Lowering& low) {
  return lower_parametric(low, kernels::Parametric::kHardSigmoid,
                          {parameter(low, "alpha", 0.2f), parameter(low, "beta", 0.5f)});
}

}  // namespace inlay::ops
