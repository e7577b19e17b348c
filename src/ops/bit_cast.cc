// BitCast (ONNX 26…): the same bits as elements of another type of the same width.
#include "ops/gathering.h"

namespace inlay::ops {

Status infer_bit_cast(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(expect_dense_elements(in, 0));
  const auto to = static_cast<DType>(in.node().integer("to", 0));
  if (graph::dtype_bytes(to) != graph::dtype_bytes(in.dtype(0)))
    return in.error("to: expected a type as wide as {}, found {}", graph::dtype_text(in.dtype(0)),
                    graph::dtype_text(to));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, to, std::move(shape));
  return Status();
}

Status lower_bit_cast(Lowering& low) {
  View view = low.view(0);
  view.dtype = low.output_type(0).dtype;
  low.put_view(0, std::move(view));
  return Status();
}

}  // namespace inlay::ops
