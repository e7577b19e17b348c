// Expand (ONNX 8…): the tensor broadcast to a shape.
#include "ops/views.h"

namespace inlay::ops {

Status infer_expand(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_ASSIGN(Shape source, in.shape(0));
  INLAY_ASSIGN(Shape wanted, in.content_or_read(1));
  for (Expr e : wanted)
    if (const auto size = in.exprs().value(e); size && *size < 0)
      return in.error("expected sizes of at least 0, found {}", *size);
  INLAY_ASSIGN(Shape shape, in.broadcast(source, std::move(wanted)));
  in.set_output(0, in.dtype(0), shape);
  const View dense = dense_view(in.exprs(), {}, in.dtype(0), source);
  fold_view(in, 0, in.constant(0), broadcast_strides(in.exprs(), dense, shape));
  return Status();
}

Status lower_expand(Lowering& low) {
  const View source = low.view(0);
  low.alias(0, 0, low.constant(0), broadcast_strides(low.exprs(), source, low.output_shape(0)));
  return Status();
}

}  // namespace inlay::ops
