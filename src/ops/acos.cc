// Acos (ONNX 7…): arc cosine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_acos(Inference& in) { return infer_unary(in); }

Status lower_acos(Lowering& low) {
  return lower_scalar(low, [](double x) { return std::acos(x); });
}

}  // namespace inlay::ops
