// CategoryMapper (ai.onnx.ml 1): strings as the integers beside them in a list, or the other way round.
#include "ops/objects/labels.h"

namespace inlay::ops {

Status eval_category_mapper(ObjectCall& call) {
  if (call.input(0).kind() != ValueKind::kTensor)
    return call.error("input 0: expected a tensor, found {}", describe(call.input(0)));
  const auto map = ml::category_mapper(call.node(), call.input(0).tensor()->dtype);
  if (!map.ok()) return call.error("{}", map.message());
  return eval_label_map(call, *map);
}

}  // namespace inlay::ops
