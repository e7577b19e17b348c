// Softplus (ONNX 1…): log(1 + exp(x)).
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_softplus(Inference& in) { return infer_unary(in); }

Status lower_softplus(Lowering& low) {
  return lower_unary(low, std::nullopt, [](double x) {
    return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  });
}

}  // namespace inlay::ops
