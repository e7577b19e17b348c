// LessOrEqual (ONNX 12…): a <= b.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct LessOrEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
};

}  // namespace

Status infer_less_or_equal(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  INLAY_TRY(infer_elementwise(in, DType::kBool));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) {
    return e.if_less(x[1], x[0], e.constant(0), e.constant(1));
  });
  return Status();
}

Status lower_less_or_equal(Lowering& low) {
  return lower_elementwise(low, find_loop<LessOrEqual, 2>(low.input_type(0).dtype, Numbers()));
}

}  // namespace inlay::ops
