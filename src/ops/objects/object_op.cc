#include "ops/objects/object_op.h"

namespace inlay::ops {

ObjectCall::ObjectCall(const graph::Graph& graph, const graph::Node& node,
                       std::span<const AnyValue> inputs, ObjectHost& host)
    : graph_(graph), node_(node), inputs_(inputs), host_(host), outputs_(node.outputs.size()) {}

std::string ObjectCall::describe_node() const { return graph::describe(graph_, node_); }

bool ObjectCall::has(size_t i) const { return input(i).kind() != ValueKind::kNone; }

AnyValue ObjectCall::input(size_t i) const { return i < inputs_.size() ? inputs_[i] : AnyValue(); }

Result<graph::TensorRef> ObjectCall::tensor(size_t i) const {
  if (const AnyValue value = input(i); value.is_dense()) return value.tensor();
  return error("input {}: expected a tensor of numbers, found {}", i, describe(input(i)));
}

Result<graph::TensorRef> ObjectCall::strings(size_t i) const {
  const AnyValue value = input(i);
  if (value.kind() == ValueKind::kTensor && !value.is_dense()) return value.tensor();
  return error("input {}: expected strings, found {}", i, describe(value));
}

Result<const Sequence*> ObjectCall::sequence(size_t i) const {
  const AnyValue value = input(i);
  if (value.kind() == ValueKind::kSequence) return &value.sequence();
  return error("input {}: expected a sequence, found {}", i, describe(value));
}

Result<const Map*> ObjectCall::map(size_t i) const {
  const AnyValue value = input(i);
  if (value.kind() == ValueKind::kMap) return &value.map();
  return error("input {}: expected a map, found {}", i, describe(value));
}

Result<int64_t> ObjectCall::integer(size_t i) const {
  INLAY_ASSIGN(const graph::TensorRef from, tensor(i));
  const auto elements = graph::integer_elements(*from);
  if (elements && elements->size() == 1) return elements->front();
  return error("input {}: expected one integer, found {}", i, describe(input(i)));
}

Status ObjectCall::set_output(size_t i, AnyValue value) {
  if (!wants(i)) return Status();
  INLAY_TRY(host_.reserve(memory_bytes(value)));
  outputs_[i] = std::move(value);
  return Status();
}

}  // namespace inlay::ops
