// Atan (ONNX 7…): arc tangent.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_atan(Inference& in) { return infer_unary(in); }

Status lower_atan(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::atan(x); });
}

}  // namespace inlay::ops
