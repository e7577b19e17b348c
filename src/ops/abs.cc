// Abs (ONNX 1…): |x|; the least integer stays as it is.
#include "ops/unary_math.h"

namespace inlay::ops {
namespace {

struct Abs {
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_unsigned_v<T>)
      return x;
    else
      return x < 0 ? wrapping_sub(T{0}, x) : x;
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
  const DType dtype = low.input_type(0).dtype;
  if (is_one_of(dtype, Floats())) return lower_unary(low, kernels::Unary::kAbs);
  return lower_elementwise(low, find_loop<Abs, 1>(dtype, Integers()));
}

}  // namespace inlay::ops
