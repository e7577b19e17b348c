// ThresholdedRelu (ONNX 10…): x where it is above alpha, else 0.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_thresholded_relu(Inference& in) { return infer_unary(in); }

Status lower_thresholded_relu(Lowering& low) {
  return lower_parametric(low, kernels::Parametric::kThresholdedRelu,
                          {parameter(low, "alpha", 1.0f)});
}

}  // namespace inlay::ops
