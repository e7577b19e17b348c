// Not (ONNX 1…): negation of bools.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Not {
  uint8_t operator()(uint8_t x) const { return x == 0; }
};

}  // namespace

Status infer_not(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  INLAY_TRY(infer_elementwise(in, DType::kBool));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.sub(e.constant(1), x[0]); });
  return Status();
}

Status lower_not(Lowering& low) {
  return lower_elementwise(low, find_loop<Not, 1>(DType::kUint8, Types<uint8_t>()));
}

}  // namespace inlay::ops
