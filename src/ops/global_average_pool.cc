// GlobalAveragePool (ONNX 1…): the mean of each channel.
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct Mean {
  using Sum = double;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + static_cast<double>(x); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t count) { return from_sum<T>(sum / static_cast<double>(count)); }
};

}  // namespace

Status infer_global_average_pool(Inference& in) { return infer_global_pool(in); }

Status lower_global_average_pool(Lowering& low) {
  return lower_reduction(low, find_reduction<Mean>(low.input_type(0).dtype, Floats()),
                         spatial_axes(low.input_shape(0)));
}

}  // namespace inlay::ops
