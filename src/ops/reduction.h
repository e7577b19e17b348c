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
enum class Reduction : uint8_t {
  kSum,
  kMean,  // of integers rounded towards 0
  kL1,
  kL2,
  kLogSum,
  kLogSumExp,
  kMax,  // a NaN where there is one
  kMin,
  kProduct,
  kSumSquare,
};

// Adds the step that makes output 0. Fails where there is no such element type.
Status lower_reduction(Lowering& low, Reduction reduction);
// The same over the axes that `reduced` marks.
Status lower_reduction(Lowering& low, Reduction reduction, const std::vector<bool>& reduced);

struct ReduceParams {
  int64_t kept, reduced;  // axes of either kind
};

// A view may say any number of elements and hold one. Fails where there are more of them than a run could
// ever go through: 2^40. Sizes: those and the strides of the kept axes, then of the reduced ones.
Status check_reduction(const StepCall& call);

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

}  // namespace inlay::ops
