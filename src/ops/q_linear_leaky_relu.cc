// QLinearLeakyRelu (com.microsoft): x where it is at least 0, else alpha · x, of a quantized tensor, quantized again.
#include "ops/q_linear_elementwise.h"

namespace inlay::ops {

Status infer_q_linear_leaky_relu(Inference& in) { return infer_q_linear_unary(in); }

Status lower_q_linear_leaky_relu(Lowering& low) {
  return lower_q_linear_unary(
      low, [](float x, float alpha) { return x >= 0 ? x : alpha * x; },
      low.node().real("alpha", 0.01f));
}

}  // namespace inlay::ops
