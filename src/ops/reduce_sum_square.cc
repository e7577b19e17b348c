// ReduceSumSquare (ONNX 1…): sums of squares.
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceSumSquare {
  using Sum = SumOf<T>;
  static Sum first() { return 0; }
  static Sum next(Sum sum, T x) { return sum + static_cast<Sum>(x) * static_cast<Sum>(x); }
  static Sum merge(Sum a, Sum b) { return a + b; }
  static T last(Sum sum, int64_t) { return from_sum<T>(sum); }
};

}  // namespace

Status infer_reduce_sum_square(Inference& in) { return infer_reduction(in); }

Status lower_reduce_sum_square(Lowering& low) {
  return lower_reduction(low,
                         find_reduction<ReduceSumSquare>(low.input_type(0).dtype, ReduceTypes()));
}

}  // namespace inlay::ops
