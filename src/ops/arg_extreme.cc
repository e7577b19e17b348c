#include "ops/arg_extreme.h"

#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct ArgParams {
  bool greatest, last;
};

// Operands: x, indices. Sizes: outer, length, inner.
template <class T>
Status run_arg_extreme(const StepCall& call) {
  const auto& params = call.as<ArgParams>();
  const int64_t length = call.sizes[1], inner = call.sizes[2];
  const int64_t lines = call.sizes[0] * inner;
  if (length == 0 && lines > 0)
    return invalid("expected at least one element along the axis, found none");
  for (int64_t line = 0; line < lines; ++line) {
    const T* x = call.at<const T>(0) + line / inner * length * inner + line % inner;
    int64_t best = 0;
    for (int64_t i = 1; i < length; ++i) {
      const T a = x[i * inner], b = x[best * inner];
      if (params.greatest ? a > b : a < b) best = i;
      if (params.last && a == b) best = i;
    }
    call.at<int64_t>(1)[line] = best;
  }
  return Status();
}

constexpr auto kArgExtreme = []<class T>(std::type_identity<T>) -> StepFn {
  return run_arg_extreme<T>;
};

}  // namespace

Status infer_arg_extreme(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), shape.size()));
  if (in.node().integer("keepdims", 1) != 0)
    shape[static_cast<size_t>(axis)] = in.constant(1);
  else
    shape.erase(shape.begin() + axis);
  in.set_output(0, DType::kInt64, std::move(shape));
  return Status();
}

Status lower_arg_extreme(Lowering& low, bool greatest) {
  const StepFn run = for_type(low.input_type(0).dtype, Numbers(), kArgExtreme);
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), low.node().integer("axis", 0));
  const Operand x = low.dense(0);
  low.step({run,
            {x, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<ArgParams>(
                ArgParams{greatest, low.node().integer("select_last_index", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
