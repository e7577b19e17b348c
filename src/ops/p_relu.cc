// PRelu (ONNX 7…): x, or slope · x below 0, with a slope that broadcasts to x.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct PRelu {
  template <class T>
  T operator()(T x, T slope) const {
    return x < T{0} ? wrapping_mul(x, slope) : x;
  }
};

}  // namespace

Status infer_p_relu(Inference& in) { return infer_same_type(in, 2, 2); }

Status lower_p_relu(Lowering& low) {
  return lower_elementwise(low, find_loop<PRelu, 2>(low.input_type(0).dtype, Numbers()));
}

}  // namespace inlay::ops
