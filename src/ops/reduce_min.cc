// ReduceMin (ONNX 1…): least elements.
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
struct ReduceMin {
  using Sum = T;
  static Sum first() { return highest_of<T>(); }
  static Sum next(Sum best, T x) { return x < best || x != x ? x : best; }
  static Sum merge(Sum a, Sum b) { return next(a, b); }
  static T last(Sum best, int64_t) { return best; }
};

}  // namespace

Status infer_reduce_min(Inference& in) { return infer_reduction(in); }

Status lower_reduce_min(Lowering& low) {
  return lower_reduction(low, find_reduction<ReduceMin>(low.input_type(0).dtype, ExtremeTypes()));
}

}  // namespace inlay::ops
