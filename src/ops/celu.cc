// Celu (ONNX 12…): x, or alpha · (exp(x / alpha) - 1) below 0.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_celu(Inference& in) { return infer_unary(in); }

Status lower_celu(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double) { return x < 0 ? a * std::expm1(x / a) : x; },
      static_cast<double>(low.node().real("alpha", 1.0f)), 0);
}

}  // namespace inlay::ops
