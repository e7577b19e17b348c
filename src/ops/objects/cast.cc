// Cast (ONNX 6…) from and to strings.
#include "ops/objects/string_casting.h"

namespace inlay::ops {

Status eval_object_cast(ObjectCall& call) {
  return eval_string_cast(call, static_cast<graph::DType>(call.node().integer("to", 0)));
}

}  // namespace inlay::ops
