// QLinearAdd (com.microsoft): a + b of quantized tensors, quantized again.
#include "ops/q_linear_elementwise.h"

namespace inlay::ops {

Status infer_q_linear_add(Inference& in) { return infer_q_linear_pair(in); }

Status lower_q_linear_add(Lowering& low) {
  return lower_q_linear_pair(low, [](float a, float b) { return a + b; });
}

}  // namespace inlay::ops
