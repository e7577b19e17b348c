// Neg (ONNX 1…): -x; the least integer stays as it is.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Neg {
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_integral_v<T>)
      return wrapping_sub(T{0}, x);
    else
      return -x;
  }
};

}  // namespace

Status infer_neg(Inference& in) {
  INLAY_TRY(infer_same_type(in, 1, 1));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.sub(e.constant(0), x[0]); });
  return Status();
}

Status lower_neg(Lowering& low) {
  return lower_elementwise(low, find_loop<Neg, 1>(low.input_type(0).dtype, Signed()));
}

}  // namespace inlay::ops
