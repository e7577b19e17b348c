#include "ops/expansion.h"

#include "ops/arguments.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

// Newer ones than all that expansions make have the same meaning here.
constexpr int kVersion = 23;

}  // namespace

Expansion::Expansion(graph::Graph& graph, graph::NodeId id)
    : graph_(graph), id_(id), node_(graph.node(id)), name_(node_.name) {
  for (ValueId out : node_.outputs)
    if (name_.empty() && out != kNoValue) name_ = graph.value(out).name;
}

const graph::Node* Expansion::maker(ValueId value) const {
  for (graph::NodeId id : graph_.order)
    for (ValueId out : graph_.node(id).outputs)
      if (out == value && value != kNoValue) return &graph_.node(id);
  return nullptr;
}

DType Expansion::dtype(ValueId value) const {
  return value == kNoValue ? DType::kUndefined : graph_.value(value).type.dtype;
}

Shape Expansion::shape(ValueId value) const {
  if (value == kNoValue || !graph_.value(value).type.shape) return {};
  return *graph_.value(value).type.shape;
}

int64_t Expansion::fixed_size(ValueId value, int64_t axis) {
  const Shape sizes = shape(value);
  if (axis < 0) axis += static_cast<int64_t>(sizes.size());
  if (axis < 0 || axis >= static_cast<int64_t>(sizes.size())) return -1;
  return exprs().value(sizes[static_cast<size_t>(axis)]).value_or(-1);
}

Status Expansion::expect_inputs(size_t required, size_t at_most) const {
  if (node_.inputs.size() < required || node_.inputs.size() > at_most)
    return error("expected {} to {} inputs, found {}", required, at_most, node_.inputs.size());
  for (size_t i = 0; i < node_.inputs.size(); ++i) {
    if (!has(i) && i < required) return error("input {} is missing", i);
    if (has(i) && !graph_.value(input(i)).type.shape)
      return not_yet(graph_, node_, i, "a rank that is known at load");
  }
  return Status();
}

Status Expansion::expect_no_input(size_t input, std::string_view name) const {
  if (!has(input)) return Status();
  return refuse("input {} ({}): expected none, found one", input, name);
}

Status Expansion::expect_no_output(size_t output, std::string_view name) const {
  if (!wants(output)) return Status();
  return refuse("output {} ({}): expected that nobody asks for it", output, name);
}

ValueId Expansion::make(std::string_view op, std::vector<ValueId> inputs, Attributes attributes) {
  return make_several(op, 1, std::move(inputs), std::move(attributes)).front();
}

std::vector<ValueId> Expansion::make_several(std::string_view op, size_t outputs,
                                             std::vector<ValueId> inputs, Attributes attributes) {
  graph::Node made;
  made.op_type = op;
  made.inputs = std::move(inputs);
  made.attributes = std::move(attributes);
  for (size_t i = 0; i < outputs; ++i)
    made.outputs.push_back(
        graph_.add_value(format("{}/{}.{}", node_.op_type, op, graph_.values.size())));
  std::vector<ValueId> values = made.outputs;
  put(std::move(made));
  return values;
}

void Expansion::define(size_t output, std::string_view op, std::vector<ValueId> inputs,
                       Attributes attributes) {
  if (!wants(output)) return;
  graph::Node made;
  made.op_type = op;
  made.inputs = std::move(inputs);
  made.attributes = std::move(attributes);
  made.outputs = {node_.output(output)};
  put(std::move(made));
}

std::vector<ValueId> Expansion::copy(const graph::Node& original, std::vector<ValueId> inputs) {
  graph::Node made = original;
  made.dead = false;
  made.inputs = std::move(inputs);
  for (ValueId& out : made.outputs)
    if (out != kNoValue)
      out = graph_.add_value(format("{}/{}.{}", node_.op_type, made.op_type, graph_.values.size()));
  std::vector<ValueId> values = made.outputs;
  insert(std::move(made));
  return values;
}

void Expansion::put(graph::Node made) {
  made.version = kVersion;
  insert(std::move(made));
}

void Expansion::insert(graph::Node made) {
  if (!status_.ok()) return;
  made.name = name_;
  const graph::NodeId id = graph_.insert_node(id_, std::move(made));
  status_ = infer_node(graph_, id);
  ++made_;
}

ValueId Expansion::constant(graph::TensorRef tensor) {
  return graph_.add_constant(format("{}/constant.{}", node_.op_type, graph_.values.size()),
                             std::move(tensor));
}

ValueId Expansion::number(double value, DType dtype) {
  const ValueId single =
      constant(graph::make_tensor(DType::kFloat32, {}, std::vector{static_cast<float>(value)}));
  if (dtype == DType::kFloat64) return constant(graph::make_tensor(dtype, {}, std::vector{value}));
  return dtype == DType::kFloat32 ? single : cast(single, dtype);
}

ValueId Expansion::integers(const std::vector<int64_t>& values) {
  return constant(graph::make_tensor(DType::kInt64, {static_cast<int64_t>(values.size())}, values));
}

ValueId Expansion::integer(int64_t value) {
  return constant(graph::make_tensor(DType::kInt64, {}, std::vector{value}));
}

ValueId Expansion::cast(ValueId value, DType to) {
  if (dtype(value) == to) return value;
  return make("Cast", {value}, {{"to", static_cast<int64_t>(to)}});
}

ValueId Expansion::size_of(ValueId value, int64_t axis) {
  return make("Gather", {make("Shape", {value}), integer(axis)});
}

ValueId Expansion::sum(ValueId a, ValueId b) {
  if (a == kNoValue || b == kNoValue) return a == kNoValue ? b : a;
  return make("Add", {a, b});
}

ValueId Expansion::output_value(size_t output) {
  if (wants(output)) return node_.output(output);
  return graph_.add_value(format("{}/unread.{}", node_.op_type, graph_.values.size()));
}

}  // namespace inlay::ops
