// Sums and products of all elements so far along an axis: what CumSum and CumProd share.
#pragma once

#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {

struct RunningParams {
  bool exclusive, reverse;
};

// Output 0 is like input 0; input 1 is an axis of it.
Status infer_running(Inference& in);
// Adds the step `run`, an instance of run_running. Fails when it is null: no such type.
Status lower_running(Lowering& low, StepFn run);

// Operands: x, y, which may be x. Sizes: outer, length, inner. Op: a type with
//   static T first();  static T next(T so_far, T x);
template <class T, template <class> class Op>
Status run_running(const StepCall& call) {
  using Wide =
      std::conditional_t<std::is_integral_v<T>, T, std::conditional_t<sizeof(T) == 2, float, T>>;
  const auto& params = call.as<RunningParams>();
  const int64_t length = call.sizes[1], inner = call.sizes[2];
  for (int64_t line = 0; line < call.sizes[0] * inner; ++line) {
    const int64_t offset = line / inner * length * inner + line % inner;
    Wide so_far = Op<Wide>::first();
    for (int64_t i = 0; i < length; ++i) {
      const int64_t at = offset + (params.reverse ? length - 1 - i : i) * inner;
      const Wide next = Op<Wide>::next(so_far, static_cast<Wide>(call.at<const T>(0)[at]));
      call.at<T>(1)[at] = static_cast<T>(params.exclusive ? so_far : next);
      so_far = next;
    }
  }
  return Status();
}

using RunningTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, uint64_t, uint32_t>;

template <template <class> class Op>
StepFn find_running(DType dtype) {
  return for_type(dtype, RunningTypes(),
                  []<class T>(std::type_identity<T>) -> StepFn { return run_running<T, Op>; });
}

}  // namespace inlay::ops
