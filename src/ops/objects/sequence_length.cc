// SequenceLength (ONNX 11…): how many elements a sequence has.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_sequence_length(ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* sequence, call.sequence(0));
  const std::vector<int64_t> length = {static_cast<int64_t>(sequence->elements.size())};
  return call.set_output(0, graph::make_tensor(graph::DType::kInt64, {}, length));
}

}  // namespace inlay::ops
