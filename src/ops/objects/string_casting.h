// Casts from and to strings: what Cast and CastLike share.
#pragma once

#include "ops/objects/object_op.h"

namespace inlay::ops {

// Output 0 is input 0, a tensor, as elements of `to`; one of both is strings.
Status eval_string_cast(ObjectCall& call, graph::DType to);

}  // namespace inlay::ops
