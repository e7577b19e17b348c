// SequenceMap (ONNX 17…): a subgraph over the elements of sequences; inputs that are tensors are the same in each
// round.
#include "ops/objects/rounds.h"
#include "ops/objects/sequences.h"

namespace inlay::ops {
namespace {

Result<size_t> length_of(const ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* first, call.sequence(0));
  for (size_t i = 1; i < call.input_count(); ++i) {
    const AnyValue input = call.input(i);
    if (input.kind() != ValueKind::kSequence) continue;
    if (input.sequence().elements.size() != first->elements.size())
      return call.error("input {}: expected a sequence of {} elements, found {}", i,
                        first->elements.size(), input.sequence().elements.size());
  }
  return first->elements.size();
}

std::vector<AnyValue> inputs_of(const ObjectCall& call, size_t round) {
  std::vector<AnyValue> inputs;
  for (size_t i = 0; i < call.input_count(); ++i) {
    const AnyValue input = call.input(i);
    const bool steps = input.kind() == ValueKind::kSequence;
    inputs.push_back(steps ? input.sequence().elements[round] : input);
  }
  return inputs;
}

}  // namespace

Status eval_sequence_map(ObjectCall& call) {
  INLAY_ASSIGN(const size_t length, length_of(call));
  std::vector<std::vector<AnyValue>> made(call.node().outputs.size());
  for (size_t round = 0; round < length; ++round) {
    INLAY_ASSIGN(std::vector<AnyValue> outputs,
                 run_body(call, inputs_of(call, round), made.size()));
    for (size_t i = 0; i < made.size(); ++i) made[i].push_back(std::move(outputs[i]));
  }
  for (size_t i = 0; i < made.size(); ++i) {
    INLAY_ASSIGN(Sequence sequence, sequence_of(call, std::move(made[i])));
    const graph::Graph* body = call.node().subgraph("body");
    if (length == 0 && body) sequence.dtype = declared_output(*body, i).tensor.dtype;
    INLAY_TRY(call.set_output(i, std::move(sequence)));
  }
  return Status();
}

}  // namespace inlay::ops
