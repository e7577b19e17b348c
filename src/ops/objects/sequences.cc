#include "ops/objects/sequences.h"

namespace inlay::ops {
Status admit(const ObjectCall& call, Sequence& sequence, const AnyValue& element) {
  if (admit(sequence, element)) return Status();
  if (element.kind() == ValueKind::kSequence && element.sequence().depth >= Sequence::kMaxDepth)
    return call.error("expected sequences of at most {} levels, found more", Sequence::kMaxDepth);
  return call.error("expected an element for a sequence of {}, found {}", elements_text(sequence),
                    describe(element));
}

Result<Sequence> sequence_of(const ObjectCall& call, std::vector<AnyValue> elements) {
  Sequence sequence;
  for (const AnyValue& element : elements) {
    INLAY_TRY(admit(call, sequence, element));
    if (sequence.elements.empty())
      sequence.elements.push_back(element);  // it is typed from here on
  }
  sequence.elements = std::move(elements);
  return sequence;
}

Result<size_t> index_input(const ObjectCall& call, size_t i, size_t count, size_t end) {
  INLAY_ASSIGN(const int64_t given, call.integer(i));
  const auto size = static_cast<int64_t>(count);
  if (given < -size || given >= static_cast<int64_t>(end))
    return call.error("input {}: expected an index in [-{}, {}), found {}", i, count, end, given);
  return static_cast<size_t>(given < 0 ? given + size : given);
}

graph::ValueType declared_output(const graph::Graph& body, size_t index) {
  return index < body.output_types.size() ? body.output_types[index] : graph::ValueType();
}

}  // namespace inlay::ops
