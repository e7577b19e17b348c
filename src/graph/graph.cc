#include "graph/graph.h"

#include <algorithm>
#include <cstring>

#include "base/small_float.h"

namespace inlay::graph {
namespace {

template <class T>
const T* find(const Node& node, std::string_view key) {
  const auto it = node.attributes.find(key);
  return it == node.attributes.end() ? nullptr : std::get_if<T>(&it->second);
}

template <class T, class Out>
std::vector<Out> widen(const Tensor& tensor) {
  std::vector<Out> out(static_cast<size_t>(tensor.count()));
  for (size_t i = 0; i < out.size(); ++i) {
    T element;
    std::memcpy(&element, tensor.data.data() + i * sizeof(T), sizeof(T));
    out[i] = static_cast<Out>(element);
  }
  return out;
}

double half_to_double(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  const double sign = bits & 0x8000 ? -1.0 : 1.0;
  if (exponent == 31) return mantissa ? __builtin_nan("") : sign * __builtin_inf();
  if (exponent == 0) return sign * mantissa * 0x1p-24;
  return sign * (1024 + mantissa) * __builtin_ldexp(1.0, exponent - 25);
}

double bfloat16_to_double(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return static_cast<double>(value);
}

template <const SmallFloatFormat& kFormat>
float value_of(uint8_t bits) {
  return small_float_value(bits, kFormat);
}

// Null for types that are no float of 8 or 4 bits.
float (*small_float_reader(DType dtype))(uint8_t) {
  switch (dtype) {
    case DType::kFloat8e4m3fn: return value_of<kFloat8e4m3fn>;
    case DType::kFloat8e4m3fnuz: return value_of<kFloat8e4m3fnuz>;
    case DType::kFloat8e5m2: return value_of<kFloat8e5m2>;
    case DType::kFloat8e5m2fnuz: return value_of<kFloat8e5m2fnuz>;
    case DType::kFloat4e2m1: return value_of<kFloat4e2m1>;
    case DType::kFloat8e8m0: return e8m0_value;
    default: return nullptr;
  }
}

// Values that the attributes of `node` bring in from the graph around it.
template <class Visit>
void for_each_subgraph(const Node& node, Visit visit) {
  for (const auto& [key, attribute] : node.attributes) {
    if (const auto* one = std::get_if<std::shared_ptr<Graph>>(&attribute)) visit(**one);
    if (const auto* many = std::get_if<std::vector<std::shared_ptr<Graph>>>(&attribute))
      for (const auto& graph : *many) visit(*graph);
  }
}

}  // namespace

int64_t Tensor::count() const {
  int64_t product = 1;
  for (int64_t size : shape) product *= size;
  return product;
}

TensorRef make_tensor(DType dtype, std::vector<int64_t> shape, std::span<const std::byte> data) {
  auto owner = std::make_shared<std::vector<std::byte>>(data.begin(), data.end());
  auto tensor = std::make_shared<Tensor>();
  tensor->dtype = dtype;
  tensor->shape = std::move(shape);
  tensor->data = *owner;
  tensor->owner = std::move(owner);
  return tensor;
}

std::optional<std::vector<int64_t>> integer_elements(const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::kInt64:
    case DType::kUint64: return widen<int64_t, int64_t>(tensor);
    case DType::kInt32: return widen<int32_t, int64_t>(tensor);
    case DType::kUint32: return widen<uint32_t, int64_t>(tensor);
    case DType::kInt16: return widen<int16_t, int64_t>(tensor);
    case DType::kUint16: return widen<uint16_t, int64_t>(tensor);
    case DType::kInt8:
    case DType::kInt4:
    case DType::kInt2: return widen<int8_t, int64_t>(tensor);
    case DType::kUint8:
    case DType::kUint4:
    case DType::kUint2:
    case DType::kBool: return widen<uint8_t, int64_t>(tensor);
    default: return std::nullopt;
  }
}

std::optional<std::vector<double>> float_elements(const Tensor& tensor) {
  if (tensor.dtype == DType::kFloat32) return widen<float, double>(tensor);
  if (tensor.dtype == DType::kFloat64) return widen<double, double>(tensor);
  std::vector<double> out;
  if (const auto value = small_float_reader(tensor.dtype)) {
    for (uint8_t bits : widen<uint8_t, uint8_t>(tensor))
      out.push_back(static_cast<double>(value(bits)));
    return out;
  }
  if (tensor.dtype != DType::kFloat16 && tensor.dtype != DType::kBfloat16) return std::nullopt;
  const bool half = tensor.dtype == DType::kFloat16;
  for (uint16_t bits : widen<uint16_t, uint16_t>(tensor))
    out.push_back(half ? half_to_double(bits) : bfloat16_to_double(bits));
  return out;
}

std::optional<double> only_element(const Tensor& tensor) {
  if (tensor.dtype == DType::kString || tensor.count() != 1) return std::nullopt;
  if (const auto floats = float_elements(tensor)) return floats->front();
  const auto integers = integer_elements(tensor);
  return integers ? std::optional(static_cast<double>(integers->front())) : std::nullopt;
}

int64_t Node::integer(std::string_view key, int64_t fallback) const {
  const auto* found = find<int64_t>(*this, key);
  return found ? *found : fallback;
}

float Node::real(std::string_view key, float fallback) const {
  const auto* found = find<float>(*this, key);
  return found ? *found : fallback;
}

std::string_view Node::text(std::string_view key, std::string_view fallback) const {
  const auto* found = find<std::string>(*this, key);
  return found ? std::string_view(*found) : fallback;
}

const std::vector<int64_t>* Node::integers(std::string_view key) const {
  return find<std::vector<int64_t>>(*this, key);
}

TensorRef Node::tensor(std::string_view key) const {
  const auto* found = find<TensorRef>(*this, key);
  return found ? *found : nullptr;
}

Graph* Node::subgraph(std::string_view key) const {
  const auto* found = find<std::shared_ptr<Graph>>(*this, key);
  return found ? found->get() : nullptr;
}

ValueId Graph::add_value(std::string value_name, TensorType type) {
  values.push_back({std::move(value_name), std::move(type), nullptr, std::nullopt, nullptr});
  return static_cast<ValueId>(values.size() - 1);
}

ValueId Graph::add_constant(std::string value_name, TensorRef tensor) {
  const ValueId id = add_value(std::move(value_name));
  set_constant(id, std::move(tensor));
  return id;
}

void Graph::set_constant(ValueId id, TensorRef tensor) {
  constexpr int64_t kMaxContent = 64;
  Value& made = value(id);
  Shape shape;
  for (int64_t size : tensor->shape) shape.push_back(exprs->constant(size));
  made.type = {tensor->dtype, std::move(shape)};
  if (tensor->shape.size() <= 1 && tensor->count() <= kMaxContent) {
    if (const auto elements = integer_elements(*tensor)) {
      made.content.emplace();
      for (int64_t element : *elements) made.content->push_back(exprs->constant(element));
    }
  }
  made.constant = std::move(tensor);
}

ValueId Graph::add_input(std::string value_name, TensorType type) {
  const ValueId id = add_value(std::move(value_name), std::move(type));
  inputs.push_back(id);
  return id;
}

NodeId Graph::add_node(Node node) {
  nodes.push_back(std::move(node));
  order.push_back(static_cast<NodeId>(nodes.size() - 1));
  return order.back();
}

NodeId Graph::insert_node(NodeId position, Node node) {
  nodes.push_back(std::move(node));
  const auto id = static_cast<NodeId>(nodes.size() - 1);
  order.insert(std::find(order.begin(), order.end(), position), id);
  return id;
}

Status Graph::sort() {
  // Depth-first from each node in its present order, so that a sorted graph keeps its order.
  const Uses uses(*this);
  enum : uint8_t { kNew, kOpen, kDone };
  std::vector<uint8_t> mark(nodes.size(), kNew);
  std::vector<NodeId> sorted;
  std::vector<std::pair<NodeId, bool>> stack;
  const auto visit_producers = [&](const Node& n) -> Status {
    const auto push = [&](ValueId v) -> Status {
      if (v == kNoValue || uses.producer(v) < 0) return Status();
      const NodeId producer = uses.producer(v);
      if (mark[static_cast<size_t>(producer)] == kOpen)
        return corrupt("{}: its inputs depend on its own output", describe(*this, node(producer)));
      if (mark[static_cast<size_t>(producer)] == kNew) stack.push_back({producer, false});
      return Status();
    };
    for (ValueId v : n.inputs) INLAY_TRY(push(v));
    Status status;
    for_each_subgraph(n, [&](const Graph& sub) {
      for (const Capture& capture : sub.captures)
        if (status.ok()) status = push(capture.outer);
    });
    return status;
  };
  for (NodeId root : order) {
    if (node(root).dead) continue;
    stack.push_back({root, false});
    while (!stack.empty()) {
      const auto [id, leaving] = stack.back();
      uint8_t& state = mark[static_cast<size_t>(id)];
      if (leaving || state == kDone) {
        stack.pop_back();
        if (leaving && state == kOpen) {
          state = kDone;
          sorted.push_back(id);
        }
        continue;
      }
      if (state == kOpen) {
        stack.pop_back();
        continue;
      }
      state = kOpen;
      stack.back().second = true;
      INLAY_TRY(visit_producers(node(id)));
    }
  }
  order = std::move(sorted);
  return Status();
}

Status Graph::check() const {
  std::vector<uint8_t> made(values.size(), 0);
  const auto make = [&](ValueId v, std::string_view what) -> Status {
    if (v < 0 || static_cast<size_t>(v) >= values.size())
      return internal_error("{}: value {} does not exist", what, v);
    if (made[static_cast<size_t>(v)]++)
      return corrupt("value {} is made twice, the second time by {}", quote(value(v).name), what);
    return Status();
  };
  for (size_t v = 0; v < values.size(); ++v)
    if (values[v].constant) made[v] = 1;
  for (ValueId v : inputs)
    if (!value(v).constant) INLAY_TRY(make(v, "a graph input"));
  for (const Capture& capture : captures) INLAY_TRY(make(capture.inner, "a capture"));
  for (NodeId id : order) {
    const Node& n = node(id);
    if (n.dead) continue;
    for (ValueId v : n.inputs)
      if (v != kNoValue && !made[static_cast<size_t>(v)] && !value(v).content)
        return corrupt("{}: expected its input {} to be made before it", describe(*this, n),
                       quote(value(v).name));
    for (ValueId v : n.outputs)
      if (v != kNoValue) INLAY_TRY(make(v, describe(*this, n)));
  }
  for (ValueId v : outputs)
    if (v == kNoValue || !made[static_cast<size_t>(v)])
      return corrupt("graph output {}: nothing makes it",
                     v == kNoValue ? "" : quote(value(v).name));
  return Status();
}

namespace {

std::shared_ptr<Graph> clone_with(const Graph& graph, const std::shared_ptr<ExprPool>& pool) {
  auto copy = std::make_shared<Graph>(graph);
  copy->exprs = pool;
  for (Node& node : copy->nodes)
    for (auto& [key, attribute] : node.attributes) {
      if (auto* one = std::get_if<std::shared_ptr<Graph>>(&attribute))
        *one = clone_with(**one, pool);
      if (auto* many = std::get_if<std::vector<std::shared_ptr<Graph>>>(&attribute))
        for (auto& sub : *many) sub = clone_with(*sub, pool);
    }
  return copy;
}

}  // namespace

std::shared_ptr<Graph> clone(const Graph& graph) {
  return clone_with(graph, std::make_shared<ExprPool>(*graph.exprs));
}

std::string describe(const Graph& graph, const Node& node) {
  std::string name = node.name;
  for (ValueId v : node.outputs)
    if (name.empty() && v != kNoValue) name = graph.value(v).name;
  return format("node {} ({})", quote(name), node.op_type);
}

Uses::Uses(const Graph& graph)
    : producer_(graph.values.size(), -1),
      users_(graph.values.size()),
      output_(graph.values.size()) {
  for (NodeId id : graph.order) {
    const Node& node = graph.node(id);
    if (node.dead) continue;
    for (ValueId v : node.outputs)
      if (v != kNoValue) producer_[static_cast<size_t>(v)] = id;
    for (ValueId v : node.inputs)
      if (v != kNoValue) users_[static_cast<size_t>(v)].push_back(id);
    for_each_subgraph(node, [&](const Graph& sub) {
      for (const Capture& capture : sub.captures)
        users_[static_cast<size_t>(capture.outer)].push_back(id);
    });
  }
  for (ValueId v : graph.outputs) ++output_[static_cast<size_t>(v)];
}

size_t Uses::count(ValueId value) const {
  return users(value).size() + output_[static_cast<size_t>(value)];
}

void replace_value(Graph& graph, ValueId from, ValueId to) {
  for (Node& node : graph.nodes) {
    if (node.dead) continue;
    for (ValueId& v : node.inputs)
      if (v == from) v = to;
    for_each_subgraph(node, [&](Graph& sub) {
      for (Capture& capture : sub.captures)
        if (capture.outer == from) capture.outer = to;
    });
  }
  for (ValueId& v : graph.outputs)
    if (v == from) v = to;
}

int remove_dead_nodes(Graph& graph) {
  std::vector<uint8_t> needed(graph.values.size(), 0);
  for (ValueId v : graph.outputs) needed[static_cast<size_t>(v)] = 1;
  int removed = 0;
  for (auto it = graph.order.rbegin(); it != graph.order.rend(); ++it) {
    Node& node = graph.node(*it);
    if (node.dead) continue;
    const bool used = std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId v) {
      return v != kNoValue && needed[static_cast<size_t>(v)];
    });
    // A state keeps what is appended to it although nobody reads it in this run.
    if (!used && !node.is("StateAppend", "inlay")) {
      node.dead = true;
      ++removed;
      continue;
    }
    for (ValueId v : node.inputs)
      if (v != kNoValue) needed[static_cast<size_t>(v)] = 1;
    for_each_subgraph(node, [&](const Graph& sub) {
      for (const Capture& capture : sub.captures) needed[static_cast<size_t>(capture.outer)] = 1;
    });
  }
  std::erase_if(graph.order, [&](NodeId id) { return graph.node(id).dead; });
  return removed;
}

}  // namespace inlay::graph
