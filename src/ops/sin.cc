// Sin (ONNX 7…): sine.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_sin(Inference& in) { return infer_unary(in); }

Status lower_sin(Lowering& low) {
  return lower_unary(low, std::nullopt, [](double x) { return std::sin(x); });
}

}  // namespace inlay::ops
