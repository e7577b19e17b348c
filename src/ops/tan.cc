// Tan (ONNX 7…): tangent.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_tan(Inference& in) { return infer_unary(in); }

Status lower_tan(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::tan(x); });
}

}  // namespace inlay::ops
