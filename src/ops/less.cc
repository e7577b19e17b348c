// Less (ONNX 7…): a < b.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};

}  // namespace

Status infer_less(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  INLAY_TRY(infer_elementwise(in, DType::kBool));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) {
    return e.if_less(x[0], x[1], e.constant(1), e.constant(0));
  });
  return Status();
}

Status lower_less(Lowering& low) {
  return lower_elementwise(low, find_loop<Less, 2>(low.input_type(0).dtype, Numbers()));
}

}  // namespace inlay::ops
