// ReduceLogSumExp (ONNX 1…): logarithms of sums of exponentials.
#include <cmath>

#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceLogSumExp {
  struct Sum {
    double highest, sum;  // of exp(x - highest)
  };
  static Sum first() { return {-INFINITY, 0}; }
  static Sum next(Sum s, T x) {
    const auto value = static_cast<double>(x);
    if (value <= s.highest) return {s.highest, s.sum + std::exp(value - s.highest)};
    return {value, s.sum * std::exp(s.highest - value) + 1};
  }
  static T last(Sum s, int64_t) { return static_cast<T>(s.highest + std::log(s.sum)); }
};

}  // namespace

Status infer_reduce_log_sum_exp(Inference& in) { return infer_reduction(in); }

Status lower_reduce_log_sum_exp(Lowering& low) {
  return lower_reduction(low,
                         find_reduction<ReduceLogSumExp>(low.input_type(0).dtype,
                                                         Types<float, double, int64_t, int32_t>()));
}

}  // namespace inlay::ops
