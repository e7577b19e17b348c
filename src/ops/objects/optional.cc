// Optional (ONNX 15…): its input, or nothing.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_optional(ObjectCall& call) { return call.set_output(0, call.input(0)); }

}  // namespace inlay::ops
