#include "ops/running.h"

#include "ops/arguments.h"
#include "ops/gathering.h"

namespace inlay::ops {

Status infer_running(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  const auto axis = constant_scalar(in.graph(), in.node(), 1);
  if (!axis) return in.error("input 1: expected a constant axis");
  INLAY_TRY(in.axis(static_cast<int64_t>(*axis), shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_running(Lowering& low, StepFn run) {
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const auto axis = static_cast<int64_t>(*constant_scalar(low.graph(), low.node(), 1));
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), axis);
  const Operand x = low.dense(0);
  low.step({run,
            {x, low.output_over(0, 0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<RunningParams>(RunningParams{low.node().integer("exclusive", 0) != 0,
                                                          low.node().integer("reverse", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
