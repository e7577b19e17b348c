// Elu (ONNX 1…): x, or alpha · (exp(x) - 1) below 0.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_elu(Inference& in) { return infer_unary(in); }

Status lower_elu(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double) { return x < 0 ? a * std::expm1(x) : x; },
      static_cast<double>(low.node().real("alpha", 1.0f)), 0);
}

}  // namespace inlay::ops
