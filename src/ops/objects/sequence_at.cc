// SequenceAt (ONNX 11…): one element of a sequence.
#include "ops/objects/sequences.h"

namespace inlay::ops {

Status eval_sequence_at(ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* sequence, call.sequence(0));
  const size_t count = sequence->elements.size();
  INLAY_ASSIGN(const size_t position, index_input(call, 1, count, count));
  return call.set_output(0, sequence->elements[position]);
}

}  // namespace inlay::ops
