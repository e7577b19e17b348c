// ReduceL1 (ONNX 1…): sums of absolute values.
#include <cmath>

#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceL1 {
  using Sum = double;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + std::abs(static_cast<double>(x)); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t) { return static_cast<T>(sum); }
};

}  // namespace

Status infer_reduce_l1(Inference& in) { return infer_reduction(in); }

Status lower_reduce_l1(Lowering& low) {
  return lower_reduction(low, find_reduction<ReduceL1>(low.input_type(0).dtype,
                                                       Types<float, double, int64_t, int32_t>()));
}

}  // namespace inlay::ops
