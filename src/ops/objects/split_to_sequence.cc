// SplitToSequence (ONNX 11…): a tensor cut along an axis, into rows, pieces of one length or of given lengths.
#include <algorithm>

#include "ops/objects/tensor_pieces.h"

namespace inlay::ops {
namespace {

// Lengths of the pieces: without input 1 all are 1; one number is that of all but the last.
Result<std::vector<int64_t>> lengths_of(const ObjectCall& call, int64_t size) {
  if (!call.has(1)) return std::vector<int64_t>(static_cast<size_t>(size), 1);
  INLAY_ASSIGN(const TensorRef split, call.tensor(1));
  auto given = graph::integer_elements(*split);
  if (!given || split->shape.size() > 1)
    return call.error("input 1: expected one integer or a list of them, found {}",
                      describe(call.input(1)));
  int64_t total = 0;
  for (const int64_t length : *given) {
    if (length < 0 || __builtin_add_overflow(total, length, &total))
      return call.error("input 1: expected lengths of at least 0, found {}", length);
  }
  if (!split->shape.empty()) {
    if (total == size) return std::move(*given);
    return call.error("input 1: expected lengths that add up to {}, found {}", size, total);
  }
  const int64_t length = given->front();
  if (length < 1) return call.error("input 1: expected a length of at least 1, found {}", length);
  std::vector<int64_t> lengths;
  for (int64_t at = 0; at < size; at += lengths.back())
    lengths.push_back(std::min(length, size - at));
  return lengths;
}

}  // namespace

Status eval_split_to_sequence(ObjectCall& call) {
  if (call.input(0).kind() != ValueKind::kTensor)
    return call.error("input 0: expected a tensor, found {}", describe(call.input(0)));
  const TensorRef tensor = call.input(0).tensor();
  INLAY_ASSIGN(const size_t axis,
               axis_in(call, call.node().integer("axis", 0), tensor->shape.size()));
  INLAY_ASSIGN(const std::vector<int64_t> lengths, lengths_of(call, tensor->shape[axis]));
  const bool drops_axis = !call.has(1) && call.node().integer("keepdims", 1) == 0;
  Sequence sequence;
  sequence.dtype = tensor->dtype;
  int64_t at = 0;
  for (const int64_t length : lengths) {
    if (call.host().cancelled()) return Status(StatusCode::kCancelled, "the run was cancelled");
    INLAY_ASSIGN(TensorRef piece, slice(tensor, axis, at, length));
    sequence.elements.push_back(drops_axis ? without_axis(piece, axis) : std::move(piece));
    at += length;
  }
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
