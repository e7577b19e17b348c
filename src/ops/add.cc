// Add (ONNX 7…): a + b; integers wrap around.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return wrapping_add(a, b);
  }
};

}  // namespace

Status infer_add(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.add(x[0], x[1]); });
  return Status();
}

Status lower_add(Lowering& low) {
  return lower_elementwise(low, wrapping_loop<kernels::Binary::kAdd, Add>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
