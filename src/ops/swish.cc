// Swish (ONNX 24…): x · sigmoid(alpha · x).
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_swish(Inference& in) { return infer_unary(in); }

Status lower_swish(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double) { return x / (1 + std::exp(-a * x)); },
      static_cast<double>(low.node().real("alpha", 1.0f)), 0);
}

}  // namespace inlay::ops
