// SequenceInsert (ONNX 11…): a sequence with one more element, at its end or at a position.
#include "ops/objects/sequences.h"

namespace inlay::ops {

Status eval_sequence_insert(ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* from, call.sequence(0));
  Sequence sequence = *from;
  INLAY_TRY(admit(call, sequence, call.input(1)));
  const size_t count = sequence.elements.size();
  size_t position = count;
  if (call.has(2)) {
    INLAY_ASSIGN(position, index_input(call, 2, count, count + 1));
  }
  sequence.elements.insert(sequence.elements.begin() + static_cast<ptrdiff_t>(position),
                           call.input(1));
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
