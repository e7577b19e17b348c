#include "ops/running.h"

#include "ops/arguments.h"
#include "ops/gathering.h"

namespace inlay::ops {

Status infer_running(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_TRY(constant_axis(in.graph(), in.node(), 1, shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_running(Lowering& low, StepFn run) {
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const Shape& shape = low.input_shape(0);
  INLAY_ASSIGN(const int64_t axis, constant_axis(low.graph(), low.node(), 1, shape.size()));
  const AxisSizes sizes = split_at(low.exprs(), shape, axis);
  const Operand x = low.dense(0);
  low.step({run,
            {x, low.output_over(0, 0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<RunningParams>(RunningParams{low.node().integer("exclusive", 0) != 0,
                                                          low.node().integer("reverse", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
