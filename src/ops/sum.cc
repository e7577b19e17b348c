// Sum (ONNX 1…): the sum of all inputs.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Sum {
  template <class T>
  T operator()(T a, T b) const {
    return wrapping_add(a, b);
  }
};

}  // namespace

Status infer_sum(Inference& in) { return infer_same_type(in, 1, 1 << 20); }

Status lower_sum(Lowering& low) {
  return lower_variadic(low, wrapping_loop<kernels::Binary::kAdd, Sum>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
