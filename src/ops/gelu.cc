// Gelu (ONNX 20…): x/2 (1 + erf(x/√2)), or with "approximate" = "tanh" its form with tanh.
#include <cmath>

#include "ops/unary_math.h"

namespace inlay::ops {

Status infer_gelu(Inference& in) {
  const std::string_view form = in.node().text("approximate", "none");
  if (form != "none" && form != "tanh") return in.error("unknown approximation {}", quote(form));
  return infer_unary(in);
}

Status lower_gelu(Lowering& low) {
  if (low.node().text("approximate", "none") == "tanh")
    return lower_unary(low, kernels::Unary::kGeluTanh, [](double x) {
      constexpr double kSqrtTwoOverPi = 0.7978845608028654;
      return x / 2 * (1 + std::tanh(kSqrtTwoOverPi * (x + 0.044715 * x * x * x)));
    });
  constexpr auto kExact = [](double x) { return x / 2 * (1 + std::erf(x * 0.7071067811865476)); };
  return lower_unary(low, kernels::Unary::kGeluErf, kExact);
}

}  // namespace inlay::ops
