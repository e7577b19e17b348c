// Reciprocal (ONNX 1…): 1 / x.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_reciprocal(Inference& in) { return infer_unary(in); }

Status lower_reciprocal(Lowering& low) {
  return lower_unary(low, kernels::Unary::kReciprocal, [](double x) { return 1 / x; });
}

}  // namespace inlay::ops
