// HardSigmoid (ONNX 1…): alpha · x + beta, cut to [0, 1].
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_hard_sigmoid(Inference& in) { return infer_unary(in); }

Status lower_hard_sigmoid(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double b) { return std::fmax(0.0, std::fmin(1.0, a * x + b)); },
      static_cast<double>(low.node().real("alpha", 0.2f)),
      static_cast<double>(low.node().real("beta", 0.5f)));
}

}  // namespace inlay::ops
