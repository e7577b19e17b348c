// ReduceL2 (ONNX 1…): square roots of sums of squares.
#include <cmath>

#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceL2 {
  using Sum = double;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + static_cast<double>(x) * static_cast<double>(x); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t) { return static_cast<T>(std::sqrt(sum)); }
};

}  // namespace

Status infer_reduce_l2(Inference& in) { return infer_reduction(in); }

Status lower_reduce_l2(Lowering& low) {
  return lower_reduction(low, find_reduction<ReduceL2>(low.input_type(0).dtype,
                                                       Types<float, double, int64_t, int32_t>()));
}

}  // namespace inlay::ops
