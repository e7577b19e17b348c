// GlobalMaxPool (ONNX 1…): the greatest element of each channel.
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct Greatest {
  using Sum = T;
  static Sum first() { return lowest_of<T>(); }
  static Sum next(Sum best, T x) { return x > best || x != x ? x : best; }
  static Sum merge(Sum a, Sum b) { return next(a, b); }
  static T last(Sum best, int64_t) { return best; }
};

}  // namespace

Status infer_global_max_pool(Inference& in) { return infer_global_pool(in); }

Status lower_global_max_pool(Lowering& low) {
  return lower_reduction(low, find_reduction<Greatest>(low.input_type(0).dtype, Floats()),
                         spatial_axes(low.input_shape(0)));
}

}  // namespace inlay::ops
