// Xor (ONNX 7…): exclusive disjunction of bools.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Xor {
  bool operator()(bool a, bool b) const { return a != b; }
};

}  // namespace

Status infer_xor(Inference& in) {
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  INLAY_TRY(infer_same_type(in, 2, 2));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) {
    return e.if_equal(x[0], x[1], e.constant(0), e.constant(1));
  });
  return Status();
}

Status lower_xor(Lowering& low) {
  return lower_elementwise(low, find_loop<Xor, 2>(DType::kBool, Types<bool>()));
}

}  // namespace inlay::ops
