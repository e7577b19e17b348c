// Gelu (ONNX 20…): x/2 (1 + erf(x/√2)), or with "approximate" = "tanh" its form with tanh.
#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_gelu(Inference& in) {
  const std::string_view form = in.node().text("approximate", "none");
  if (form != "none" && form != "tanh") return in.error("unknown approximation {}", quote(form));
  return infer_unary(in);
}

Status lower_gelu(Lowering& low) {
  const bool by_tanh = low.node().text("approximate", "none") == "tanh";
  return lower_unary(low, by_tanh ? kernels::Unary::kGeluTanh : kernels::Unary::kGeluErf);
}

}  // namespace inlay::ops
