// CastLike (ONNX 15…) from and to strings.
#include "ops/objects/string_casting.h"

namespace inlay::ops {

Status eval_object_cast_like(ObjectCall& call) {
  if (call.input(1).kind() != ValueKind::kTensor)
    return call.error("input 1: expected a tensor, found {}", describe(call.input(1)));
  return eval_string_cast(call, call.input(1).tensor()->dtype);
}

}  // namespace inlay::ops
