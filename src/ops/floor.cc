// Floor (ONNX 1…): rounds down.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_floor(Inference& in) { return infer_unary(in); }

Status lower_floor(Lowering& low) {
  return lower_unary(low, std::nullopt, [](double x) { return std::floor(x); });
}

}  // namespace inlay::ops
