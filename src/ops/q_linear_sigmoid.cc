// QLinearSigmoid (com.microsoft): 1 / (1 + exp(-x)) of a quantized tensor, quantized again.
#include <cmath>

#include "ops/q_linear_elementwise.h"

namespace inlay::ops {

Status infer_q_linear_sigmoid(Inference& in) { return infer_q_linear_unary(in); }

Status lower_q_linear_sigmoid(Lowering& low) {
  return lower_q_linear_unary(
      low, [](float x, float) { return 1 / (1 + std::exp(-x)); }, 0);
}

}  // namespace inlay::ops
