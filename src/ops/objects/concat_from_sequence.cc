// ConcatFromSequence (ONNX 11…): the tensors of a sequence end to end along an axis, or along a new one.
#include "ops/objects/tensor_pieces.h"

namespace inlay::ops {

Status eval_concat_from_sequence(ObjectCall& call) {
  INLAY_ASSIGN(const Sequence* sequence, call.sequence(0));
  if (sequence->kind != ValueKind::kTensor || sequence->elements.empty())
    return call.error("expected a sequence of at least one tensor, found {} of {} elements",
                      describe(call.input(0)), sequence->elements.size());
  std::vector<TensorRef> tensors;
  for (const AnyValue& element : sequence->elements) tensors.push_back(element.tensor());
  const bool stacks = call.node().integer("new_axis", 0) != 0;
  const size_t rank = tensors[0]->shape.size() + (stacks ? 1 : 0);
  INLAY_ASSIGN(const size_t axis, axis_in(call, call.node().integer("axis", 0), rank));
  for (TensorRef& tensor : tensors) {
    if (tensor->shape.size() + (stacks ? 1 : 0) != rank)
      return call.error("expected tensors of one rank, found {}", describe(AnyValue(tensor)));
    if (stacks) tensor = with_axis(tensor, axis);
  }
  auto whole = concatenated(tensors, axis);
  if (!whole.ok()) return call.error("{}", whole.message());
  return call.set_output(0, std::move(*whole));
}

}  // namespace inlay::ops
