// CumSum (ONNX 11…): running sums along an axis, "exclusive" of the element itself, "reverse" from
// the end.
#include "ops/arguments.h"
#include "ops/elementwise.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

using CumSumTypes = Types<float, double, int64_t, int32_t, uint64_t, uint32_t>;

struct CumSumParams {
  bool exclusive, reverse;
};

// Operands: x, y. Sizes: outer, length, inner.
template <class T>
Status run_cum_sum(const StepCall& call) {
  const auto& params = call.as<CumSumParams>();
  const int64_t length = call.sizes[1], inner = call.sizes[2];
  for (int64_t line = 0; line < call.sizes[0] * inner; ++line) {
    const int64_t offset = line / inner * length * inner + line % inner;
    T sum = 0;
    for (int64_t i = 0; i < length; ++i) {
      const int64_t at = offset + (params.reverse ? length - 1 - i : i) * inner;
      const T next = wrapping_add(sum, call.at<const T>(0)[at]);
      call.at<T>(1)[at] = params.exclusive ? sum : next;
      sum = next;
    }
  }
  return Status();
}

constexpr auto kCumSum = []<class T>(std::type_identity<T>) -> StepFn { return run_cum_sum<T>; };

}  // namespace

Status infer_cum_sum(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  const auto axis = constant_scalar(in.graph(), in.node(), 1);
  if (!axis) return not_yet(in.graph(), in.node(), 1, "an axis that is known at load");
  INLAY_TRY(in.axis(static_cast<int64_t>(*axis), shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_cum_sum(Lowering& low) {
  const StepFn run = for_type(low.input_type(0).dtype, CumSumTypes(), kCumSum);
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const auto axis = static_cast<int64_t>(*constant_scalar(low.graph(), low.node(), 1));
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), axis);
  const Operand x = low.dense(0);
  low.step({run,
            {x, low.output_over(0, 0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<CumSumParams>(CumSumParams{low.node().integer("exclusive", 0) != 0,
                                                        low.node().integer("reverse", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
