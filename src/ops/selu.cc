// Selu (ONNX 6…): gamma · x, or gamma · alpha · (exp(x) - 1) below 0.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_selu(Inference& in) { return infer_unary(in); }

Status lower_selu(Lowering& low) {
  return lower_unary_with(
      low, [](double x, double a, double b) { return b * (x < 0 ? a * std::expm1(x) : x); },
      static_cast<double>(low.node().real("alpha", 1.67326319217681884765625f)),
      static_cast<double>(low.node().real("gamma", 1.05070102214813232421875f)));
}

}  // namespace inlay::ops
