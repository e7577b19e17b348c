// Or (ONNX 7…): disjunction of bools.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Or {
  bool operator()(bool a, bool b) const { return a || b; }
};

}  // namespace

Status infer_or(Inference& in) {
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.max(x[0], x[1]); });
  return Status();
}

Status lower_or(Lowering& low) {
  return lower_elementwise(low, find_loop<Or, 2>(DType::kBool, Types<bool>()));
}

}  // namespace inlay::ops
