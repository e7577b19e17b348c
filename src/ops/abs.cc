// Abs (ONNX 1…): |x|; the least integer stays as it is.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Abs {
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_unsigned_v<T>)
      return x;
    else if constexpr (std::is_integral_v<T>)
      return x < 0 ? wrapping_sub(T{0}, x) : x;
    else
      return x < 0 ? -x : x + 0;  // + 0 makes -0 a 0
  }
};

}  // namespace

Status infer_abs(Inference& in) {
  INLAY_TRY(infer_same_type(in, 1, 1));
  fold_elementwise(
      in, [](ExprPool& e, const Expr* x) { return e.max(x[0], e.sub(e.constant(0), x[0])); });
  return Status();
}

Status lower_abs(Lowering& low) {
  return lower_elementwise(low, find_loop<Abs, 1>(low.input_type(0).dtype, Numbers()));
}

}  // namespace inlay::ops
