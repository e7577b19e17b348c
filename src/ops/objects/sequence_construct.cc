// SequenceConstruct (ONNX 11…): its inputs as a sequence.
#include "ops/objects/sequences.h"

namespace inlay::ops {

Status eval_sequence_construct(ObjectCall& call) {
  std::vector<AnyValue> elements;
  for (size_t i = 0; i < call.input_count(); ++i) elements.push_back(call.input(i));
  INLAY_ASSIGN(Sequence sequence, sequence_of(call, std::move(elements)));
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
