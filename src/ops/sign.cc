// Sign (ONNX 9…): -1, 0 or 1.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Sign {
  template <class T>
  T operator()(T x) const {
    if (x > T{0}) return T(1);
    if constexpr (!std::is_unsigned_v<T>)
      if (x < T{0}) return T(-1);
    return x == T{0} ? T{0} : x;
  }
};

}  // namespace

Status infer_sign(Inference& in) { return infer_same_type(in, 1, 1); }

Status lower_sign(Lowering& low) {
  return lower_elementwise(low, find_loop<Sign, 1>(low.input_type(0).dtype, Numbers()));
}

}  // namespace inlay::ops
