// SequenceErase (ONNX 11…): a sequence without its last element, or without the one at a position.
#include "ops/objects/sequences.h"

namespace inlay::ops {

Status eval_sequence_erase(ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* from, call.sequence(0));
  const size_t count = from->elements.size();
  if (count == 0) return call.error("expected an element to erase, found an empty sequence");
  size_t position = count - 1;
  if (call.has(1)) {
    INLAY_ASSIGN(position, index_input(call, 1, count, count));
  }
  Sequence sequence = *from;
  sequence.elements.erase(sequence.elements.begin() + static_cast<ptrdiff_t>(position));
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
