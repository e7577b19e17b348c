// RandomUniformLike (ONNX 1…): a tensor of the input's shape; random.h says how its numbers come about.
#include "ops/random.h"

namespace inlay::ops {

Status infer_random_uniform_like(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(const DType dtype, random_dtype(in));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, dtype, std::move(shape));
  return Status();
}

Status lower_random_uniform_like(Lowering& low) {
  return lower_random(low, Distribution::kUniform);
}

}  // namespace inlay::ops
