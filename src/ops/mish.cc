// Mish (ONNX 18…): x * tanh(softplus(x)).
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_mish(Inference& in) { return infer_unary(in); }

Status lower_mish(Lowering& low) {
  return lower_unary(low, std::nullopt,
                     [](double x) { return x * std::tanh(std::log1p(std::exp(x))); });
}

}  // namespace inlay::ops
