// Max (ONNX 1…): the greatest of all inputs; NaN where one is NaN.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Max {
  template <class T>
  T operator()(T a, T b) const {
    return a > b || a != a ? a : b;
  }
};

}  // namespace

Status infer_max(Inference& in) {
  INLAY_TRY(infer_same_type(in, 1, 1 << 20));
  fold_pairs(in, [](ExprPool& e, const Expr* x) { return e.max(x[0], x[1]); });
  return Status();
}

Status lower_max(Lowering& low) {
  return lower_variadic(low, arithmetic_loop<kernels::Binary::kMax, Max>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
