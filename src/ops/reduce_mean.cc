// ReduceMean (ONNX 1…): means; those of integers round towards 0.
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceMean {
  using Sum = std::conditional_t<std::is_integral_v<T>, int64_t, double>;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + static_cast<Sum>(x); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t count) {
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(count ? sum / count : 0);
    else
      return from_sum<T>(sum / static_cast<double>(count));
  }
};

}  // namespace

Status infer_reduce_mean(Inference& in) { return infer_reduction(in); }

Status lower_reduce_mean(Lowering& low) {
  return lower_reduction(low, find_reduction<ReduceMean>(low.input_type(0).dtype, ReduceTypes()));
}

}  // namespace inlay::ops
