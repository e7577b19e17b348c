// Relu (ONNX 1…): max(x, 0); NaN stays.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Relu {
  template <class T>
  T operator()(T x) const {
    return x < T{0} ? T{0} : x;
  }
};

}  // namespace

Status infer_relu(Inference& in) {
  INLAY_TRY(infer_same_type(in, 1, 1));
  fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.max(x[0], e.constant(0)); });
  return Status();
}

Status lower_relu(Lowering& low) {
  return lower_elementwise(low, find_loop<Relu, 1>(low.input_type(0).dtype, Signed()));
}

}  // namespace inlay::ops
