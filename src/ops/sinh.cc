// Sinh (ONNX 9…): hyperbolic sine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_sinh(Inference& in) { return infer_unary(in); }

Status lower_sinh(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::sinh(x); });
}

}  // namespace inlay::ops
