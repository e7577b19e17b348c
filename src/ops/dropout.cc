// Dropout (ONNX 7…) as inference has it: the tensor itself, and a mask of true where it is asked
// for.
#include "ops/arguments.h"
#include "ops/element_types.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

template <class T>
Status run_one(const StepCall& call) {
  *call.at<T>(0) = static_cast<T>(1);
  return Status();
}

constexpr auto kOne = []<class T>(std::type_identity<T>) -> StepFn { return run_one<T>; };

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
  const DType type = low.output_type(1).dtype;
  const StepFn run = for_type(type, NumbersAndBool(), kOne);
  if (!run) return low.error("{} elements are not supported", graph::dtype_text(type));
  const Operand element = low.memory(low.constant(graph::dtype_bytes(type)));
  low.step({run, {element}, {}, nullptr});
  const Shape& shape = low.output_shape(1);
  low.put_view(1, {element, type, shape, std::vector<Expr>(shape.size(), low.constant(0))});
  return Status();
}

}  // namespace inlay::ops
