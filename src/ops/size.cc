// Size (ONNX 1…): the number of elements of a tensor.
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {

Status infer_size(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  in.set_output(0, DType::kInt64, {});
  in.set_content(0, {in.exprs().product(shape)});
  return Status();
}

Status lower_size(Lowering& low) {
  low.step(write_sizes_step(DType::kInt64, {low.count(low.input_shape(0))}, low.output(0)));
  return Status();
}

}  // namespace inlay::ops
