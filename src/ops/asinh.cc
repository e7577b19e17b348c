// Asinh (ONNX 9…): inverse hyperbolic sine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_asinh(Inference& in) { return infer_unary(in); }

Status lower_asinh(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::asinh(x); });
}

}  // namespace inlay::ops
