// ReduceLogSumExp (ONNX 1…): logarithms of sums of exponentials.
#include <cmath>
#include <utility>

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
    if (value == s.highest) return {s.highest, s.sum + 1};  // infinities, too
    if (value < s.highest) return {s.highest, s.sum + std::exp(value - s.highest)};
    return {value, s.sum * std::exp(s.highest - value) + 1};
  }
  static Sum merge(Sum a, Sum b) {
    if (a.highest < b.highest) std::swap(a, b);
    if (a.highest == b.highest) return {a.highest, a.sum + b.sum};
    a.sum += b.sum * std::exp(b.highest - a.highest);
    return a;
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
