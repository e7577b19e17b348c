// OptionalHasElement (ONNX 15…): whether its input is something.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_optional_has_element(ObjectCall& call) {
  const std::vector<uint8_t> found = {call.has(0)};
  return call.set_output(0, graph::make_tensor(graph::DType::kBool, {}, found));
}

}  // namespace inlay::ops
