// A model as a graph: values, nodes in an order that can be run, constants that stay where they are.
//
// Importers fill a Graph, rewrites make it smaller, a plan is built from it. It knows no file format and no
// kernel. Values and nodes are named by their index, which stays valid while the graph lives: a node that
// a rewrite removes stays as a dead entry, and nodes_in_order() leaves it out.
//
// Invariants (check() proves them):
//  1. A value has at most one producer: a node's output, a graph input, a constant, a capture or a state.
//  2. `order` holds each live node once, producers before users.
//  3. A subgraph uses an outer value only through an entry of `captures`.
//
// Not for concurrent use while it changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/mapped_file.h"
#include "base/status.h"
#include "graph/expr.h"
#include "graph/types.h"

namespace inlay::graph {

using ValueId = int32_t;
using NodeId = int32_t;
inline constexpr ValueId kNoValue = -1;

// A constant. `data` points into the model's mapped file or into memory that `owner` keeps alive.
struct Tensor {
  DType dtype = DType::kUndefined;
  std::vector<int64_t> shape;
  std::span<const std::byte> data;   // row-major, little-endian, maybe unaligned in a file
  std::vector<std::string> strings;  // instead of data for kString
  std::shared_ptr<const void> owner;
  std::shared_ptr<const MappedFile> file;  // where data lies in a file whose pages may be released

  int64_t count() const;
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(data.data());
  }
};
using TensorRef = std::shared_ptr<const Tensor>;

// A tensor that owns its elements.
TensorRef make_tensor(DType dtype, std::vector<int64_t> shape, std::span<const std::byte> data);
template <class T>
TensorRef make_tensor(DType dtype, std::vector<int64_t> shape, const std::vector<T>& values) {
  return make_tensor(dtype, std::move(shape), std::as_bytes(std::span(values)));
}
// The elements of an integer or bool tensor; empty for other types.
std::optional<std::vector<int64_t>> integer_elements(const Tensor& tensor);
// The element of a tensor of numbers that has one, as double; none for others.
std::optional<double> only_element(const Tensor& tensor);
// The elements of a float tensor of any width as double.
std::optional<std::vector<double>> float_elements(const Tensor& tensor);

struct Graph;

using Attribute = std::variant<int64_t, float, std::string, TensorRef, std::shared_ptr<Graph>,
                               std::vector<int64_t>, std::vector<float>, std::vector<std::string>,
                               std::vector<std::shared_ptr<Graph>>, std::vector<TensorRef>,
                               std::shared_ptr<const ValueType>>;

struct Node {
  std::string op_type;
  std::string domain;  // "" is ai.onnx; "inlay" holds what rewrites and model importers make
  std::string name;    // as the file says; may be empty
  int version = 0;     // of the operator set that the model imports for `domain`
  std::vector<ValueId> inputs;   // kNoValue where an optional one is left out
  std::vector<ValueId> outputs;  // the same
  std::map<std::string, Attribute, std::less<>> attributes;
  bool dead = false;

  int64_t integer(std::string_view key, int64_t fallback) const;
  float real(std::string_view key, float fallback) const;
  std::string_view text(std::string_view key, std::string_view fallback) const;
  const std::vector<int64_t>* integers(std::string_view key) const;  // null when absent
  TensorRef tensor(std::string_view key) const;
  Graph* subgraph(std::string_view key) const;
  ValueId input(size_t i) const { return i < inputs.size() ? inputs[i] : kNoValue; }
  ValueId output(size_t i) const { return i < outputs.size() ? outputs[i] : kNoValue; }
  bool is(std::string_view op, std::string_view in_domain = "") const {
    return !dead && op_type == op && domain == in_domain;
  }
};

struct Value {
  std::string name;
  TensorType type;                           // filled by import and by inference
  TensorRef constant;                        // null when it is no constant
  std::optional<std::vector<Expr>> content;  // elements of a small integer tensor, where known
  // What a graph input is declared to be that is no tensor; null for others.
  std::shared_ptr<const ValueType> object;
};

// A tensor that lives across runs: `shape` with the symbol `length` on `axis` as it is before the run.
// StateAppend nodes (domain "inlay", attribute "state") add to it and give the whole.
struct State {
  std::string name;
  DType dtype = DType::kFloat32;
  Shape shape;
  int axis = 0;
  SymbolId length = 0;
};

// An outer value that a subgraph reads.
struct Capture {
  ValueId outer;
  ValueId inner;
};

// Two sizes that a run must find equal, or that broadcast (equal, or one of them 1).
struct SizeCheck {
  Expr a, b;
  NodeId node;
  std::string what;  // "inner dimensions"
};

// An element of a small integer tensor that becomes a symbol once the tensor is computed.
struct ElementSymbol {
  ValueId value;
  int64_t index;
  SymbolId symbol;
};

// A size that only the node's step can say.
struct DataSymbol {
  NodeId node;
  SymbolId symbol;
};

struct Graph {
  explicit Graph(std::shared_ptr<ExprPool> pool) : exprs(std::move(pool)) {}

  std::string name;
  std::shared_ptr<ExprPool> exprs;  // one for a model and all its subgraphs
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<NodeId> order;
  std::vector<ValueId> inputs, outputs;
  std::vector<ValueType> output_types;  // as the file declares them, an entry an output; or none
  std::vector<ValueId> overridable;     // constants that the file also lists as inputs
  std::vector<Capture> captures;
  std::vector<State> states;
  std::vector<SizeCheck> checks;               // filled by inference
  std::vector<ElementSymbol> element_symbols;  // the same
  std::vector<DataSymbol> data_symbols;        // the same
  std::map<std::string, std::string> metadata;
  std::vector<std::string> rewrites;  // "layer_normalization: 13 nodes into 1", for inspect

  ValueId add_value(std::string value_name, TensorType type = {});
  ValueId add_constant(std::string value_name, TensorRef tensor);
  // Makes a constant of a value that has no producer.
  void set_constant(ValueId id, TensorRef tensor);
  ValueId add_input(std::string value_name, TensorType type);
  // Appends at the end of the order. The node's outputs must have been added as values.
  NodeId add_node(Node node);
  // The same before `position` in the order.
  NodeId insert_node(NodeId position, Node node);

  const Value& value(ValueId id) const { return values[static_cast<size_t>(id)]; }
  Value& value(ValueId id) { return values[static_cast<size_t>(id)]; }
  const Node& node(NodeId id) const { return nodes[static_cast<size_t>(id)]; }
  Node& node(NodeId id) { return nodes[static_cast<size_t>(id)]; }

  // Sorts `order` so that producers come first. Fails on a cycle, naming a node on it.
  Status sort();
  // Each value is made once, and before it is read; one whose content is known need not be made.
  Status check() const;
};

// A copy that shares nothing but constants: its own pool, nodes and subgraphs.
std::shared_ptr<Graph> clone(const Graph& graph);

// "node \"/encoder/…/MatMul\" (MatMul)", or by its first output where it has no name.
std::string describe(const Graph& graph, const Node& node);

// Who makes and who reads each value; a snapshot that edits keep right when they go through it.
class Uses {
 public:
  explicit Uses(const Graph& graph);
  NodeId producer(ValueId value) const {
    return producer_[static_cast<size_t>(value)];
  }  // -1: none
  std::span<const NodeId> users(ValueId value) const { return users_[static_cast<size_t>(value)]; }
  // Reads by nodes, subgraph captures and graph outputs.
  size_t count(ValueId value) const;
  bool is_output(ValueId value) const { return output_[static_cast<size_t>(value)] != 0; }

 private:
  std::vector<NodeId> producer_;
  std::vector<std::vector<NodeId>> users_;
  std::vector<uint8_t> output_;
};

// Makes every reader of `from`, graph outputs included, read `to`.
void replace_value(Graph& graph, ValueId from, ValueId to);
// Marks nodes dead whose outputs nobody reads, again and again; returns how many.
int remove_dead_nodes(Graph& graph);

}  // namespace inlay::graph
