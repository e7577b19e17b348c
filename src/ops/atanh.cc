// Atanh (ONNX 9…): inverse hyperbolic tangent.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_atanh(Inference& in) { return infer_unary(in); }

Status lower_atanh(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::atanh(x); });
}

}  // namespace inlay::ops
