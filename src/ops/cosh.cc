// Cosh (ONNX 9…): hyperbolic cosine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_cosh(Inference& in) { return infer_unary(in); }

Status lower_cosh(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::cosh(x); });
}

}  // namespace inlay::ops
