// Dropout (ONNX 7…) as inference has it: the tensor itself, and a mask of true where it is asked
// for.
#include "ops/arguments.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

Status run_true(const StepCall& call) {
  *call.at<uint8_t>(0) = 1;
  return Status();
}

}  // namespace

Status infer_dropout(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 3));
  if (in.has(2) && constant_scalar(in.graph(), in.node(), 2) != 0.0)
    return in.error("expected training_mode to be constant and false");
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  in.set_output(0, in.dtype(0), shape);
  in.set_output(1, in.node().version < 10 ? in.dtype(0) : DType::kBool, shape);
  return Status();
}

Status lower_dropout(Lowering& low) {
  low.put_view(0, low.view(0));
  if (!low.wants(1)) return Status();
  if (low.output_type(1).dtype != DType::kBool)
    return low.error("masks are supported since version 10");
  const Operand element = low.memory(low.constant(1));
  low.step({run_true, {element}, {}, nullptr});
  const Shape& shape = low.output_shape(1);
  low.put_view(1, {element, DType::kBool, shape, std::vector<Expr>(shape.size(), low.constant(0))});
  return Status();
}

}  // namespace inlay::ops
