// Asin (ONNX 7…): arc sine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_asin(Inference& in) { return infer_unary(in); }

Status lower_asin(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::asin(x); });
}

}  // namespace inlay::ops
