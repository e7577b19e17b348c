// IsNaN (ONNX 9…): true where an element is not a number.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct IsNan {
  template <class T>
  bool operator()(T x) const {
    return x != x;
  }
};

}  // namespace

Status infer_is_nan(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  return infer_elementwise(in, DType::kBool);
}

Status lower_is_nan(Lowering& low) {
  return lower_elementwise(low, find_loop<IsNan, 1>(low.input_type(0).dtype, Floats()));
}

}  // namespace inlay::ops
