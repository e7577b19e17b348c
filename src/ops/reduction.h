// Operators that make one element of all elements along some axes.
#pragma once

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {

// Output 0 without the axes that the attribute "axes" or, in newer versions, input 1 names; all by
// default.
Status infer_reduction(Inference& in);
// Adds the step `run`, an instance of run_reduction. Fails when it is null: no such type.
Status lower_reduction(Lowering& low, StepFn run);
// The same over the axes that `reduced` marks.
Status lower_reduction(Lowering& low, StepFn run, const std::vector<bool>& reduced);

struct ReduceParams {
  int64_t kept, reduced;  // axes of either kind
};

// Op: a type with
//   using Sum = …;                        the accumulator of T
//   static Sum first();                   what no elements give
//   static Sum next(Sum sum, T x);
//   static Sum merge(Sum a, Sum b);       of two parts of the elements
//   static T last(Sum sum, int64_t count);
// `count` elements of a row. Sums wait for the one before, so several go side by side, where there are enough.
template <class T, template <class> class Op>
typename Op<T>::Sum reduce_row(typename Op<T>::Sum sum, const T* x, int64_t stride, int64_t count) {
  constexpr int64_t kChains = 8;
  int64_t i = 0;
  if (count >= 2 * kChains) {
    typename Op<T>::Sum chains[kChains];
    for (auto& chain : chains) chain = Op<T>::first();
    for (; i + kChains <= count; i += kChains)
      for (int64_t c = 0; c < kChains; ++c) chains[c] = Op<T>::next(chains[c], x[(i + c) * stride]);
    for (const auto& chain : chains) sum = Op<T>::merge(sum, chain);
  }
  for (; i < count; ++i) sum = Op<T>::next(sum, x[i * stride]);
  return sum;
}

template <class T, template <class> class Op>
typename Op<T>::Sum reduce_element(const Walk<1>& reduced, const T* x, const RunServices& run) {
  constexpr int64_t kBetweenLooks = 1 << 20;  // at whether the run was cancelled
  const int64_t stride = reduced.stride[0][reduced.rank - 1], inner = reduced.inner();
  typename Op<T>::Sum sum = Op<T>::first();
  for (int64_t row = 0; row < reduced.outer_count(); ++row) {
    const T* from = x + reduced.offsets(row)[0];
    for (int64_t begin = 0; begin < inner && !run.cancelled(); begin += kBetweenLooks)
      sum = reduce_row<T, Op>(sum, from + begin * stride, stride,
                              std::min(inner - begin, kBetweenLooks));
  }
  return sum;
}

// A view may say any number of elements and hold one. Fails where there are more of them than a run could
// ever go through: 2^40. Sizes: those and the strides of the kept axes, then of the reduced ones.
Status check_reduction(const StepCall& call);

template <class T, template <class> class Op>
Status run_reduction(const StepCall& call) {
  INLAY_TRY(check_reduction(call));
  const auto& params = call.as<ReduceParams>();
  const Walk<1> kept(params.kept, call.sizes),
      reduced(params.reduced, call.sizes + 2 * params.kept);
  const int64_t outputs = kept.outer_count() * kept.inner();
  const int64_t count = reduced.outer_count() * reduced.inner();
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), outputs, kElementsPerTask / (count + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const T* x = call.at<const T>(0) + kept.offsets(i / kept.inner())[0] +
                                  i % kept.inner() * kept.stride[0][kept.rank - 1];
                     call.at<T>(1)[i] =
                         Op<T>::last(reduce_element<T, Op>(reduced, x, call.run), count);
                   }
                 });
  return Status();
}

// The step of Op for a type; null where it is none of `types`.
template <template <class> class Op, class... Ts>
StepFn find_reduction(DType dtype, Types<Ts...> types) {
  return for_type(dtype, types,
                  []<class T>(std::type_identity<T>) -> StepFn { return run_reduction<T, Op>; });
}

// The accumulator of sums: double for floats, so that the order of summation does not show.
template <class T>
using SumOf = std::conditional_t<std::is_integral_v<T>, uint64_t, double>;
template <class T>
T from_sum(SumOf<T> sum) {
  if constexpr (sizeof(T) == 2 && !std::is_integral_v<T>)
    return static_cast<T>(static_cast<float>(sum));
  else
    return static_cast<T>(sum);
}

// The ends of a type, which are infinite where it can be so.
template <class T>
T highest_of() {
  if constexpr (std::is_same_v<T, bool>)
    return true;
  else if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> ? static_cast<T>((uint64_t{1} << (8 * sizeof(T) - 1)) - 1)
                               : static_cast<T>(-1);
  else
    return static_cast<T>(__builtin_inff());
}
template <class T>
T lowest_of() {
  if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> ? static_cast<T>(-highest_of<T>() - 1) : T{0};
  else
    return static_cast<T>(-__builtin_inff());
}

using ExtremeTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, int8_t, uint64_t,
                           uint32_t, uint8_t, bool>;
using ReduceTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, uint64_t, uint32_t>;

}  // namespace inlay::ops
