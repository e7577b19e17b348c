// LabelEncoder (ai.onnx.ml 1, 2, 4) from or to strings.
#include "ops/objects/labels.h"

namespace inlay::ops {

Status eval_label_encoder(ObjectCall& call) {
  if (call.input(0).kind() != ValueKind::kTensor)
    return call.error("input 0: expected a tensor, found {}", describe(call.input(0)));
  const auto map = ml::label_encoder(call.node(), call.input(0).tensor()->dtype);
  if (!map.ok()) return call.error("{}", map.message());
  return eval_label_map(call, *map);
}

}  // namespace inlay::ops
