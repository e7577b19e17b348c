// SequenceEmpty (ONNX 11…): a sequence of no tensors.
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_sequence_empty(ObjectCall& call) {
  const auto dtype = call.node().integer("dtype", static_cast<int64_t>(graph::DType::kFloat32));
  if (dtype < 1 || dtype > static_cast<int64_t>(graph::DType::kInt2))
    return call.error("dtype: expected an element type, found {}", dtype);
  Sequence sequence;
  sequence.dtype = static_cast<graph::DType>(dtype);
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
