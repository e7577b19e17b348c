// ReduceLogSum (ONNX 1…): logarithms of sums.
#include <cmath>

#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceLogSum {
  using Sum = double;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + static_cast<double>(x); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t) { return static_cast<T>(std::log(sum)); }
};

}  // namespace

Status infer_reduce_log_sum(Inference& in) { return infer_reduction(in); }

Status lower_reduce_log_sum(Lowering& low) {
  return lower_reduction(low,
                         find_reduction<ReduceLogSum>(low.input_type(0).dtype,
                                                      Types<float, double, int64_t, int32_t>()));
}

}  // namespace inlay::ops
