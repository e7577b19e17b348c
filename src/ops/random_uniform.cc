// RandomUniform (ONNX 1…): a tensor of the attribute "shape"; random.h says how its numbers come about.
#include "ops/random.h"

namespace inlay::ops {

Status infer_random_uniform(Inference& in) {
  INLAY_TRY(in.expect_inputs(0, 0));
  const auto* sizes = in.node().integers("shape");
  if (!sizes) return in.error("expected a shape");
  INLAY_ASSIGN(const DType dtype, random_dtype(in));
  Shape shape;
  for (int64_t size : *sizes) {
    if (size < 0) return in.error("expected sizes of at least 0, found {}", size);
    shape.push_back(in.constant(size));
  }
  in.set_output(0, dtype, std::move(shape));
  return Status();
}

Status lower_random_uniform(Lowering& low) { return lower_random(low, Distribution::kUniform); }

}  // namespace inlay::ops
