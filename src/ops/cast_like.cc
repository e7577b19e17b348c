// CastLike (ONNX 15…): elements as the type of the second input.
#include "ops/casting.h"

namespace inlay::ops {

Status infer_cast_like(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  if (!in.has(1)) return in.error("input 1 is missing");
  return infer_cast_to(in, in.dtype(1));
}

Status lower_cast_like(Lowering& low) { return lower_cast_to(low); }

}  // namespace inlay::ops
