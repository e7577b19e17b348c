// Elements as another type: what Cast and CastLike share.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Output 0 is input 0 as `to`, folded where both are integers.
Status infer_cast_to(Inference& in, DType to);
Status lower_cast_to(Lowering& low);

}  // namespace inlay::ops
