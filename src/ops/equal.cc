// Equal (ONNX 7…): a == b.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Equal {
  template <class T>
  bool operator()(T a, T b) const {
    return a == b;
  }
};

}  // namespace

Status infer_equal(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  INLAY_TRY(infer_elementwise(in, DType::kBool));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) {
    return e.if_equal(x[0], x[1], e.constant(1), e.constant(0));
  });
  return Status();
}

Status lower_equal(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  const DType bits = dtype == DType::kBool ? DType::kUint8 : bits_type(dtype);
  return lower_elementwise(low, find_loop<Equal, 2>(bits, FloatsAndBits()));
}

}  // namespace inlay::ops
