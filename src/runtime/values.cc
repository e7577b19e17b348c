#include "runtime/values.h"

#include <cstring>

namespace inlay::runtime {

using graph::ValueType;
using ops::AnyValue;
using ops::ValueKind;

namespace {

size_t bytes_of(DType dtype, std::span<const int64_t> shape) {
  int64_t bytes = graph::dtype_bytes(dtype);
  for (const int64_t size : shape) bytes *= size;
  return static_cast<size_t>(bytes);
}

bool fits(const graph::ExprPool& exprs, const graph::TensorType& type, const graph::Tensor& found) {
  if (type.dtype != found.dtype) return type.dtype == DType::kUndefined;
  if (!type.shape) return true;
  if (type.shape->size() != found.shape.size()) return false;
  for (size_t axis = 0; axis < found.shape.size(); ++axis) {
    const auto size = exprs.value((*type.shape)[axis]);
    if (size && *size != found.shape[axis]) return false;
  }
  return true;
}

// Of a sequence's elements the kind and element type count, not the shapes.
bool elements_fit(const ValueType& type, const ops::Sequence& sequence) {
  switch (type.kind) {
    case ValueType::Kind::kTensor:
      return sequence.kind == ValueKind::kTensor &&
             (type.tensor.dtype == DType::kUndefined || type.tensor.dtype == sequence.dtype);
    case ValueType::Kind::kSequence: return sequence.kind == ValueKind::kSequence;
    case ValueType::Kind::kMap: return sequence.kind == ValueKind::kMap;
    case ValueType::Kind::kOptional: return true;
  }
  return false;
}

bool map_fits(const ValueType& type, const ops::Map& map) {
  if (type.key != DType::kUndefined && type.key != map.keys->dtype) return false;
  const ValueType& values = *type.element;
  return values.kind == ValueType::Kind::kTensor &&
         (values.tensor.dtype == DType::kUndefined || values.tensor.dtype == map.values->dtype);
}

bool fits(const graph::ExprPool& exprs, const ValueType& type, const AnyValue& value) {
  switch (type.kind) {
    case ValueType::Kind::kTensor:
      return value.kind() == ValueKind::kTensor && fits(exprs, type.tensor, *value.tensor());
    case ValueType::Kind::kSequence:
      return value.kind() == ValueKind::kSequence && elements_fit(*type.element, value.sequence());
    case ValueType::Kind::kMap:
      return value.kind() == ValueKind::kMap && map_fits(type, value.map());
    case ValueType::Kind::kOptional:
      return value.kind() == ValueKind::kNone || fits(exprs, *type.element, value);
  }
  return false;
}

}  // namespace

AnyValue value_of(OutputTensor tensor) {
  auto made = std::make_shared<graph::Tensor>();
  made->dtype = tensor.dtype;
  made->shape = std::move(tensor.shape);
  made->data = {tensor.memory->data(), bytes_of(made->dtype, made->shape)};
  made->owner = std::move(tensor.memory);
  return AnyValue(std::move(made));
}

AnyValue borrowed(const TensorView& tensor) {
  auto made = std::make_shared<graph::Tensor>();
  made->dtype = tensor.dtype;
  made->shape.assign(tensor.shape.begin(), tensor.shape.end());
  made->data = {tensor.data, bytes_of(tensor.dtype, tensor.shape)};
  return AnyValue(std::move(made));
}

TensorView view_of(const AnyValue& value) {
  const graph::Tensor& tensor = *value.tensor();
  return {tensor.dtype, tensor.shape, tensor.data.data()};
}

Result<OutputTensor> copy_of(const AnyValue& value) {
  const graph::Tensor& tensor = *value.tensor();
  INLAY_ASSIGN(Block block, Block::allocate(tensor.data.size()));
  if (!tensor.data.empty()) std::memcpy(block.data(), tensor.data.data(), tensor.data.size());
  return OutputTensor{tensor.dtype, tensor.shape, std::make_shared<Block>(std::move(block))};
}

ValueType input_type(const graph::Graph& graph, size_t index) {
  const graph::Value& value = graph.value(graph.inputs[index]);
  if (value.object) return *value.object;
  ValueType type;
  type.tensor = value.type;
  return type;
}

ValueType output_type(const graph::Graph& graph, size_t index) {
  ValueType type;
  if (index < graph.output_types.size()) type = graph.output_types[index];
  const graph::TensorType& inferred = graph.value(graph.outputs[index]).type;
  if (inferred.dtype == DType::kUndefined) return type;
  type = ValueType();
  type.tensor = inferred;
  return type;
}

Status check_input(const graph::Graph& graph, graph::ValueId input, const AnyValue& value) {
  const graph::Value& wanted = graph.value(input);
  ValueType type;
  type.tensor = wanted.type;
  if (wanted.object) type = *wanted.object;
  if (fits(*graph.exprs, type, value)) return Status();
  return invalid("input {}: expected {}, found {}", quote(wanted.name),
                 graph::type_text(*graph.exprs, type), ops::describe(value));
}

}  // namespace inlay::runtime
