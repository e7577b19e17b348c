// ReduceProd (ONNX 1…): products.
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceProd {
  using Sum = SumOf<T>;
  static Sum first() { return 1; }
  static Sum next(Sum sum, T x) { return sum * static_cast<Sum>(x); }
  static Sum merge(Sum a, Sum b) { return a * b; }
  static T last(Sum sum, int64_t) { return from_sum<T>(sum); }
};

}  // namespace

Status infer_reduce_prod(Inference& in) { return infer_reduction(in); }

Status lower_reduce_prod(Lowering& low) {
  return lower_reduction(low, find_reduction<ReduceProd>(low.input_type(0).dtype, ReduceTypes()));
}

}  // namespace inlay::ops
