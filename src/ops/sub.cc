// Sub (ONNX 7…): a - b; integers wrap around.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Sub {
  template <class T>
  T operator()(T a, T b) const {
    return wrapping_sub(a, b);
  }
};

}  // namespace

Status infer_sub(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.sub(x[0], x[1]); });
  return Status();
}

Status lower_sub(Lowering& low) {
  return lower_elementwise(low, wrapping_loop<kernels::Binary::kSub, Sub>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
