// Identity (ONNX 1…) of strings, sequences, maps and optionals.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_object_identity(ObjectCall& call) { return call.set_output(0, call.input(0)); }

}  // namespace inlay::ops
