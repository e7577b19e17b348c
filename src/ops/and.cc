// And (ONNX 7…): conjunction of bools.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct And {
  bool operator()(bool a, bool b) const { return a && b; }
};

}  // namespace

Status infer_and(Inference& in) {
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.mul(x[0], x[1]); });
  return Status();
}

Status lower_and(Lowering& low) {
  return lower_elementwise(low, find_loop<And, 2>(DType::kBool, Types<bool>()));
}

}  // namespace inlay::ops
