// Softsign (ONNX 1…): x / (1 + |x|).
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_softsign(Inference& in) { return infer_unary(in); }

Status lower_softsign(Lowering& low) {
  return lower_unary(low, std::nullopt, [](double x) { return x / (1 + std::abs(x)); });
}

}  // namespace inlay::ops
