#include "ops/group_norm.h"

#include <cmath>

#include "kernels/reduction.h"
#include "kernels/window_rows.h"
#include "ops/channels.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct GroupNormParams {
  double epsilon;
  bool scale_by_group;
};

struct Moments {
  double mean, inverse_deviation;
};

// Four sums at a time hide the latency of additions.
template <class Term>
double sum_of(int64_t n, Term&& term) {
  double sums[4] = {};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int64_t j = 0; j < 4; ++j) sums[j] += term(i + j);
  for (; i < n; ++i) sums[0] += term(i);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Distances from any of the elements keep the digits that a large mean would cost.
Moments moments_of(const float* x, int64_t n, double epsilon) {
  const double count = static_cast<double>(std::max<int64_t>(n, 1));
  double sums[2] = {};
  const float about = n > 0 && x[0] - x[0] == 0 ? x[0] : 0.0f;
  kernels::reduction_kernel().moments(x, n, about, sums);
  const double distance = sums[0] / count;
  const double variance = std::max(sums[1] / count - distance * distance, 0.0);
  return {static_cast<double>(about) + distance, 1 / std::sqrt(variance + epsilon)};
}
template <class T>
Moments moments_of(const T* x, int64_t n, double epsilon) {
  const double count = static_cast<double>(std::max<int64_t>(n, 1));
  const double mean = sum_of(n, [&](int64_t i) { return static_cast<double>(x[i]); }) / count;
  const double squares = sum_of(n, [&](int64_t i) {
    const double distance = static_cast<double>(x[i]) - mean;
    return distance * distance;
  });
  return {mean, 1 / std::sqrt(squares / count + epsilon)};
}

void apply(const float* x, float* y, double scale, double shift, int64_t n) {
  const float factor = static_cast<float>(scale);
  const int64_t offset = 0;
  kernels::window_rows_kernel().weighted_sum(
      {x, &offset, &factor, 1, static_cast<float>(shift), y, n});
}
template <class T>
void apply(const T* x, T* y, double scale, double shift, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = from_sum<T>(static_cast<double>(x[i]) * scale + shift);
}

// Operands: x, scale, bias, y. Sizes: n, groups, channels of a group, elements of a channel.
template <class T>
Status run_group_norm(const StepCall& call) {
  const int64_t groups = call.sizes[1], channels = call.sizes[2], size = call.sizes[3];
  const auto& params = call.as<GroupNormParams>();
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), call.sizes[0] * groups,
                 kElementsPerTask / (channels * size + 1) + 1, [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const T* x = call.at<const T>(0) + i * channels * size;
                     T* y = call.at<T>(3) + i * channels * size;
                     const Moments moments = moments_of(x, channels * size, params.epsilon);
                     for (int64_t c = 0; c < channels; ++c) {
                       const int64_t at =
                           params.scale_by_group ? i % groups : i % groups * channels + c;
                       const double scale =
                           static_cast<double>(call.at<const T>(1)[at]) * moments.inverse_deviation;
                       const double shift =
                           static_cast<double>(call.at<const T>(2)[at]) - moments.mean * scale;
                       apply(x + c * size, y + c * size, scale, shift, size);
                     }
                   }
                 });
  return Status();
}

constexpr auto kGroupNorm = []<class T>(std::type_identity<T>) -> StepFn {
  return run_group_norm<T>;
};

}  // namespace

Status lower_group_norm(Lowering& low, Expr groups, bool scale_by_group) {
  ExprPool& e = low.exprs();
  const Shape& x = low.input_shape(0);
  const GroupNormParams params{static_cast<double>(low.node().real("epsilon", 1e-5f)),
                               scale_by_group};
  low.step({for_type(low.input_type(0).dtype, Floats(), kGroupNorm),
            {low.dense(0), low.dense(1), low.dense(2), low.output_over(0, 0)},
            {x[0], groups, e.floor_div(x[1], groups), image_size(e, x)},
            std::make_shared<GroupNormParams>(params)});
  return Status();
}

}  // namespace inlay::ops
