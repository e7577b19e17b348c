// Cast (ONNX 6…): elements as another type.
#include "ops/casting.h"

namespace inlay::ops {

Status infer_cast(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  return infer_cast_to(in, static_cast<DType>(in.node().integer("to", 0)));
}

Status lower_cast(Lowering& low) { return lower_cast_to(low); }

}  // namespace inlay::ops
