// OptionalGetElement (ONNX 15…): what an optional holds.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_optional_get_element(ObjectCall& call) {
  if (!call.has(0)) return call.error("expected an optional that holds something, found nothing");
  return call.set_output(0, call.input(0));
}

}  // namespace inlay::ops
