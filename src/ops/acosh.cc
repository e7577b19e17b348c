// Acosh (ONNX 9…): inverse hyperbolic cosine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_acosh(Inference& in) { return infer_unary(in); }

Status lower_acosh(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::acosh(x); });
}

}  // namespace inlay::ops
