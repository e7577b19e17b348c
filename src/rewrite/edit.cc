#include "rewrite/edit.h"

#include <algorithm>
#include <cmath>

namespace inlay::rewrite {
namespace {

// Values that a node reads, those of its subgraphs' captures included.
std::vector<ValueId> reads_of(const Node& node) {
  std::vector<ValueId> out;
  for (ValueId v : node.inputs)
    if (v != kNoValue) out.push_back(v);
  const auto add_captures = [&](const Graph& sub) {
    for (const graph::Capture& capture : sub.captures) out.push_back(capture.outer);
  };
  for (const auto& [key, attribute] : node.attributes) {
    if (const auto* one = std::get_if<std::shared_ptr<Graph>>(&attribute)) add_captures(**one);
    if (const auto* many = std::get_if<std::vector<std::shared_ptr<Graph>>>(&attribute))
      for (const auto& sub : *many) add_captures(*sub);
  }
  return out;
}

}  // namespace

Edit::Edit(Graph& graph) : graph_(graph), links_(graph.values.size()) {
  for (NodeId id : graph.order)
    if (!graph.node(id).dead) link(id);
  for (ValueId v : graph.outputs) ++at(v).outputs;
}

void Edit::link(NodeId id) {
  const Node& node = graph_.node(id);
  for (ValueId v : reads_of(node)) at(v).readers.push_back(id);
  for (ValueId v : node.outputs)
    if (v != kNoValue) at(v).maker = id;
}

void Edit::unlink(NodeId id) {
  const Node& node = graph_.node(id);
  for (ValueId v : reads_of(node)) {
    auto& readers = at(v).readers;
    readers.erase(std::find(readers.begin(), readers.end(), id));
  }
  for (ValueId v : node.outputs)
    if (v != kNoValue && at(v).maker == id) at(v).maker = -1;
}

const Node* Edit::maker(ValueId value) const {
  const NodeId id = maker_id(value);
  return id < 0 ? nullptr : &graph_.node(id);
}

const Node* Edit::maker(ValueId value, std::string_view op) const {
  const Node* node = maker(value);
  return node && node->is(op) ? node : nullptr;
}

NodeId Edit::maker_id(ValueId value) const { return value == kNoValue ? -1 : at(value).maker; }

const Node* Edit::only_reader(ValueId value, std::string_view op) const {
  if (!used_once(value)) return nullptr;
  const Node& node = graph_.node(readers(value)[0]);
  return node.is(op) ? &node : nullptr;
}

bool Edit::is_f32(ValueId value) const { return type(value).dtype == graph::DType::kFloat32; }

bool Edit::same_type(ValueId a, ValueId b) const {
  return type(a).dtype == type(b).dtype && shape(a) == shape(b);
}

const graph::Tensor* Edit::constant(ValueId value) const {
  return value == kNoValue ? nullptr : graph_.value(value).constant.get();
}

std::optional<double> Edit::scalar(ValueId value) const {
  const graph::Tensor* tensor = constant(value);
  return tensor ? graph::only_element(*tensor) : std::nullopt;
}

bool Edit::is_scalar(ValueId value, double expected) const {
  const auto found = scalar(value);
  // Constants of float32 models are rounded.
  constexpr double kRounding = 1e-6;
  return found && std::abs(*found - expected) <= kRounding * std::abs(expected);
}

ValueId Edit::add_value(std::string name, graph::TensorType type) {
  links_.emplace_back();
  return graph_.add_value(std::move(name), std::move(type));
}

ValueId Edit::add_constant(std::string name, graph::TensorRef tensor) {
  links_.emplace_back();
  return graph_.add_constant(std::move(name), std::move(tensor));
}

void Edit::replace(ValueId out, Node made) {
  const NodeId old = maker_id(out);
  if (made.name.empty()) made.name = graph_.node(old).name;
  made.outputs = {out};
  const NodeId added = graph_.insert_node(old, std::move(made));
  link(added);
  remove(old);
}

void Edit::insert_before(NodeId position, Node made) {
  link(graph_.insert_node(position, std::move(made)));
}

void Edit::kill(NodeId node) {
  unlink(node);
  graph_.node(node).dead = true;
}

bool Edit::is_unread(NodeId node) const {
  const auto& outputs = graph_.node(node).outputs;
  return std::all_of(outputs.begin(), outputs.end(), [&](ValueId v) {
    return v == kNoValue || (readers(v).empty() && !is_output(v));
  });
}

void Edit::remove(NodeId node) {
  std::vector<NodeId> pending = {node};
  while (!pending.empty()) {
    const NodeId id = pending.back();
    pending.pop_back();
    if (graph_.node(id).dead) continue;
    kill(id);
    for (ValueId v : reads_of(graph_.node(id)))
      if (const NodeId source = maker_id(v); source >= 0 && is_unread(source))
        pending.push_back(source);
  }
}

void Edit::set_input(NodeId node, size_t input, ValueId value) {
  unlink(node);
  graph_.node(node).inputs[input] = value;
  link(node);
}

void Edit::set_constant(ValueId value, graph::TensorRef tensor) {
  if (maker_id(value) >= 0) remove(maker_id(value));
  graph_.value(value).constant = std::move(tensor);
}

// Readers of `from` read `to`.
void Edit::read_again(ValueId from, ValueId to) {
  Links& old = at(from);
  graph::replace_value(graph_, from, to);
  Links& now = at(to);
  now.readers.insert(now.readers.end(), old.readers.begin(), old.readers.end());
  now.outputs += old.outputs;
  old.readers.clear();
  old.outputs = 0;
}

bool Edit::forward(ValueId out, ValueId in) {
  if (!is_output(out)) {
    const NodeId old = maker_id(out);
    read_again(out, in);
    remove(old);
    return true;
  }
  // The graph output keeps its name: what makes `in` makes `out` instead.
  const NodeId source = maker_id(in);
  if (source < 0 || is_output(in)) return false;
  kill(maker_id(out));
  unlink(source);
  for (ValueId& v : graph_.node(source).outputs)
    if (v == in) v = out;
  graph_.value(out).type = graph_.value(in).type;
  graph_.value(out).content = graph_.value(in).content;
  link(source);
  read_again(in, out);
  return true;
}

void Edit::note(std::string_view pass, int before, int after) {
  const std::string_view nodes = before == 1 ? "node" : "nodes";
  ++notes_[after == 0 ? format("{}: {} {} removed", pass, before, nodes)
                      : format("{}: {} {} into {}", pass, before, nodes, after)];
}

void Edit::finish() {
  graph::remove_dead_nodes(graph_);
  for (const auto& [text, times] : notes_)
    graph_.rewrites.push_back(times == 1 ? text : format("{}, {} times", text, times));
  notes_.clear();
}

}  // namespace inlay::rewrite
