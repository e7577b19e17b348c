// ConstantOfShape (ONNX 9…): a tensor of a shape filled with one value, float32 0 by default.
#include <cstring>

#include "ops/content.h"
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

graph::TensorRef value_of(const graph::Node& node) {
  if (graph::TensorRef value = node.tensor("value")) return value;
  return graph::make_tensor(DType::kFloat32, {}, std::vector<float>{0});
}

struct FillParams {
  std::byte element[16];
  int64_t bytes;
};

// Operand: the element.
Status run_fill(const StepCall& call) {
  const auto& params = call.as<FillParams>();
  std::memcpy(call.data[0], params.element, static_cast<size_t>(params.bytes));
  return Status();
}

}  // namespace

Status infer_constant_of_shape(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  const graph::TensorRef value = value_of(in.node());
  if (value->count() != 1)
    return in.error("expected one element as the value, found {}", value->count());
  if (graph::dtype_bytes(value->dtype) == 0)
    return in.error("{} elements are not supported", graph::dtype_text(value->dtype));
  INLAY_ASSIGN(Shape shape, in.content_or_read(0));
  const auto count = in.exprs().value(in.exprs().product(shape));
  in.set_output(0, value->dtype, std::move(shape));
  const auto element = graph::integer_elements(*value);
  if (element && count && *count >= 0 && *count <= 64)
    in.set_content(0, std::vector<Expr>(static_cast<size_t>(*count), in.constant((*element)[0])));
  return Status();
}

// One element, seen as the whole tensor by strides of 0.
Status lower_constant_of_shape(Lowering& low) {
  const graph::TensorRef value = value_of(low.node());
  auto params = std::make_shared<FillParams>();
  params->bytes = graph::dtype_bytes(value->dtype);
  std::memcpy(params->element, value->data.data(), static_cast<size_t>(params->bytes));
  const Operand element = low.memory(low.constant(params->bytes));
  low.step({run_fill, {element}, {}, std::move(params)});
  const Shape& shape = low.output_shape(0);
  low.put_view(0, {element, value->dtype, shape, std::vector<Expr>(shape.size(), low.constant(0))});
  return Status();
}

}  // namespace inlay::ops
