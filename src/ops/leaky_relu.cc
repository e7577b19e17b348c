// LeakyRelu (ONNX 1…): x, or alpha · x below 0.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_leaky_relu(Inference& in) { return infer_unary(in); }

Status lower_leaky_relu(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double) { return x < 0 ? a * x : x; },
      static_cast<double>(low.node().real("alpha", 0.01f)), 0);
}

}  // namespace inlay::ops
