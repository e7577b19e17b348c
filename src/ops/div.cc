// Div (ONNX 7…): a / b; integers round towards 0, and division by 0 gives 0.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Div {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>)
        if (b == -1) return wrapping_sub(T{0}, a);
    }
    return a / b;
  }
};

// Rounding down is rounding towards 0 where nothing is negative.
bool never_negative(Inference& in, size_t input) {
  const auto* content = in.content(input);
  if (!content) return false;
  for (Expr e : *content)
    if (in.exprs().bounds(e).low < 0) return false;
  return true;
}

}  // namespace

Status infer_div(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  if (never_negative(in, 0) && never_negative(in, 1))
    fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.floor_div(x[0], x[1]); });
  return Status();
}

Status lower_div(Lowering& low) {
  return lower_elementwise(low,
                           arithmetic_loop<kernels::Binary::kDiv, Div>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
