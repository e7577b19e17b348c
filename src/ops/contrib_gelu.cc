// Activations of the domain com.microsoft:
//
//   Gelu(x)                     x/2 (1 + erf(x/√2))
//   BiasGelu(x, bias)           the same of x + bias
//   FastGelu(x, bias?)          the form with tanh, of x + bias
//   GemmFastGelu(x, w, bias?)   the same of x · w + bias
//   QuickGelu(x)                x · sigmoid(alpha · x), alpha 1.702
#include "ops/expansion.h"

namespace inlay::ops {

Status expand_gelu(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  x.define(0, "Gelu", {x.input(0)});
  return x.status();
}

Status expand_bias_gelu(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 2));
  x.define(0, "Gelu", {x.sum(x.input(0), x.input(1))});
  return x.status();
}

Status expand_fast_gelu(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 2));
  x.define(0, "Gelu", {x.sum(x.input(0), x.input(1))}, {{"approximate", std::string("tanh")}});
  return x.status();
}

Status expand_gemm_fast_gelu(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 3));
  const ValueId product = x.make("MatMul", {x.input(0), x.input(1)});
  x.define(0, "Gelu", {x.sum(product, x.input(2))}, {{"approximate", std::string("tanh")}});
  return x.status();
}

Status expand_quick_gelu(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const ValueId in = x.input(0);
  const ValueId alpha = x.number(static_cast<double>(x.node().real("alpha", 1.702f)), x.dtype(in));
  x.define(0, "Mul", {in, x.make("Sigmoid", {x.make("Mul", {in, alpha})})});
  return x.status();
}

}  // namespace inlay::ops
