// Mul (ONNX 7…): a * b; integers wrap around.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Mul {
  template <class T>
  T operator()(T a, T b) const {
    return wrapping_mul(a, b);
  }
};

}  // namespace

Status infer_mul(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.mul(x[0], x[1]); });
  return Status();
}

Status lower_mul(Lowering& low) {
  return lower_elementwise(low, wrapping_loop<kernels::Binary::kMul, Mul>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
