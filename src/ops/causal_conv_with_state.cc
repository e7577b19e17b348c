// CausalConvWithState (ONNX 27…): each channel's own filter over the places up to the present one, those before
// the first in a state of filter size - 1; "silu" (or "swish") of it where that is asked for.
#include <algorithm>
#include <cmath>

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct CausalConvParams {
  bool silu;
};

// Operands: x, weight, bias or none, past or none, y, present or none. Sizes: batch, channels, length, filter.
template <class T>
Status run_causal_conv(const StepCall& call) {
  const int64_t channels = call.sizes[1], length = call.sizes[2], k = call.sizes[3];
  const bool silu = call.as<CausalConvParams>().silu;
  const auto run_row = [&](int64_t row) {
    const T *x = call.at<const T>(0) + row * length, *past = call.at<const T>(3);
    const T* weight = call.at<const T>(1) + row % channels * k;
    const Wide<T> bias =
        call.data[2] ? static_cast<Wide<T>>(call.at<const T>(2)[row % channels]) : Wide<T>{0};
    // Place i of the past and the input in a row.
    const auto at = [&](int64_t i) {
      if (i >= k - 1) return static_cast<Wide<T>>(x[i - (k - 1)]);
      return past ? static_cast<Wide<T>>(past[row * (k - 1) + i]) : Wide<T>{0};
    };
    for (int64_t i = 0; i < length; ++i) {
      Wide<T> sum = bias;
      for (int64_t j = 0; j < k; ++j) sum += at(i + j) * static_cast<Wide<T>>(weight[j]);
      call.at<T>(4)[row * length + i] = static_cast<T>(silu ? sum / (1 + std::exp(-sum)) : sum);
    }
    for (int64_t i = 0; i < k - 1 && call.data[5]; ++i)
      call.at<T>(5)[row * (k - 1) + i] = static_cast<T>(at(length + i));
  };
  constexpr int64_t kProductsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0] * channels, kProductsPerTask / (length * k + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end && !call.run.cancelled(); ++row)
                     run_row(row);
                 });
  return Status();
}

constexpr auto kCausalConv = []<class T>(std::type_identity<T>) -> StepFn {
  return run_causal_conv<T>;
};

}  // namespace

Status infer_causal_conv_with_state(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 4));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const std::string_view activation = in.node().text("activation", "none");
  if (activation != "none" && activation != "silu" && activation != "swish")
    return in.error("activation: expected none, silu or swish, found {}", quote(activation));
  for (size_t input = 1; input < in.input_count(); ++input)
    if (in.has(input)) INLAY_TRY(in.expect_dtype(input, {in.dtype(0)}));
  INLAY_ASSIGN(Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape weight, in.shape(1));
  if (x.size() != 3 || weight.size() != 3)
    return in.error("expected 3 dimensions, found {} and {}", x.size(), weight.size());
  INLAY_TRY(in.expect_equal(weight[0], x[1], "channels"));
  INLAY_TRY(in.expect_equal(weight[1], in.constant(1), "channels of a filter"));
  const Shape state = {x[0], x[1], in.exprs().sub(weight[2], in.constant(1))};
  if (in.has(2)) {
    INLAY_ASSIGN(const Shape bias, in.shape(2));
    if (bias.size() != 1) return in.error("input 2: expected 1 dimension, found {}", bias.size());
    INLAY_TRY(in.expect_equal(bias[0], x[1], "channels"));
  }
  if (in.has(3)) {
    INLAY_ASSIGN(const Shape past, in.shape(3));
    if (past.size() != 3) return in.error("input 3: expected 3 dimensions, found {}", past.size());
    for (size_t axis = 0; axis < 3; ++axis)
      INLAY_TRY(in.expect_equal(past[axis], state[axis], format("state, axis {}", axis)));
  }
  in.set_output(0, in.dtype(0), std::move(x));
  in.set_output(1, in.dtype(0), state);
  return Status();
}

Status lower_causal_conv_with_state(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const Operand x = low.dense(0), weight = low.dense(1), bias = low.dense(2), past = low.dense(3);
  low.step({for_type(low.input_type(0).dtype, Floats(), kCausalConv),
            {x, weight, bias, past, low.output(0), low.output(1)},
            {shape[0], shape[1], shape[2], low.input_shape(1)[2]},
            std::make_shared<CausalConvParams>(
                CausalConvParams{low.node().text("activation", "none") != "none"})});
  return Status();
}

}  // namespace inlay::ops
