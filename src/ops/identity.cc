// Identity (ONNX 1…): the same tensor.
#include "ops/op.h"

namespace inlay::ops {

Status infer_identity(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, in.dtype(0), std::move(shape));
  if (const auto* content = in.content(0)) in.set_content(0, *content);
  return Status();
}

Status lower_identity(Lowering& low) {
  const View source = low.view(0);
  low.alias(0, 0, low.constant(0), source.strides);
  return Status();
}

}  // namespace inlay::ops
