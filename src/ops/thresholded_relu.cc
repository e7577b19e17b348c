// ThresholdedRelu (ONNX 10…): x where it is above alpha, else 0.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_thresholded_relu(Inference& in) { return infer_unary(in); }

Status lower_thresholded_relu(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double) { return x > a ? x : 0; },
      static_cast<double>(low.node().real("alpha", 1.0f)), 0);
}

}  // namespace inlay::ops
