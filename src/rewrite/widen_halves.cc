// Graphs in 16-bit floats (float16, bfloat16), as converters write them: what they compute is
// computed in f32, of weights that stay as they are in the file. Inputs and outputs keep their
// types; each has a Cast. A converted graph then is what it was before, up to the weights' bits.
//
// Left alone is a graph whose nodes hold subgraphs or look at bits, and what a model directory is
// imported as: its weights alone are halves.
#include <algorithm>

#include "ops/weights.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

using graph::DType;

// A constant of so few elements is copied; others are widened where they are used.
constexpr int64_t kFewElements = 1 << 14;

bool is_half(DType dtype) { return dtype == DType::kFloat16 || dtype == DType::kBfloat16; }

graph::TensorRef widened(const graph::Tensor& tensor) {
  std::vector<float> elements;
  for (int64_t i = 0; i < tensor.count(); ++i) elements.push_back(ops::read_weight(tensor, i));
  return graph::make_tensor(DType::kFloat32, tensor.shape, elements);
}

Node cast(ValueId from, ValueId to, DType dtype) {
  Node made;
  made.op_type = "Cast";
  made.version = 13;
  made.inputs = {from};
  made.outputs = {to};
  made.attributes.emplace("to", static_cast<int64_t>(dtype));
  return made;
}

class Widener {
 public:
  explicit Widener(Graph& graph) : graph_(graph) {}

  // Nodes of ai.onnx alone make halves, and none holds a subgraph or looks at bits.
  bool applies() const {
    bool found = false;
    for (NodeId id : graph_.order) {
      const Node& node = graph_.node(id);
      if (node.domain == "inlay" || node.op_type == "BitCast") return false;
      for (const auto& [key, attribute] : node.attributes)
        if (std::holds_alternative<std::shared_ptr<Graph>>(attribute)) return false;
      for (ValueId out : node.outputs) found |= out != kNoValue && is_half(dtype(out));
    }
    return found;
  }

  void run() {
    const std::vector<NodeId> nodes = graph_.order;
    wide_.assign(graph_.values.size(), kNoValue);
    for (NodeId id : nodes) widen_inputs(id);
    for (NodeId id : nodes) widen_node(graph_.node(id));
    for (ValueId& out : graph_.outputs) narrow_output(out);
  }

 private:
  DType dtype(ValueId value) const { return graph_.value(value).type.dtype; }

  // Graph inputs and constants get a wide twin; what nodes make becomes wide itself.
  void widen_inputs(NodeId id) {
    for (size_t i = 0; i < graph_.node(id).inputs.size(); ++i) {
      const ValueId in = graph_.node(id).inputs[i];
      if (in == kNoValue || !is_half(dtype(in)) || !is_given(in)) continue;
      const ValueId twin = wide_twin(in, id);
      graph_.node(id).inputs[i] = twin;
    }
  }

  bool is_given(ValueId value) const {
    return graph_.value(value).constant ||
           std::find(graph_.inputs.begin(), graph_.inputs.end(), value) != graph_.inputs.end();
  }

  ValueId wide_twin(ValueId value, NodeId first_reader) {
    if (wide_[static_cast<size_t>(value)] != kNoValue) return wide_[static_cast<size_t>(value)];
    const graph::Value given = graph_.value(value);
    ValueId twin;
    if (given.constant && given.constant->count() <= kFewElements) {
      twin = graph_.add_constant(given.name, widened(*given.constant));
    } else {
      twin = graph_.add_value(given.name + "/f32", {DType::kFloat32, given.type.shape});
      graph_.insert_node(first_reader, cast(value, twin, DType::kFloat32));
    }
    wide_[static_cast<size_t>(value)] = twin;
    return twin;
  }

  // Types that the node gives to its outputs; they are inferred again.
  void widen_node(Node& node) {
    for (auto& [key, attribute] : node.attributes) {
      auto* tensor = std::get_if<graph::TensorRef>(&attribute);
      if (tensor && *tensor && is_half((*tensor)->dtype)) attribute = widened(**tensor);
    }
    if (node.is("Cast") && is_half(static_cast<DType>(node.integer("to", 0))))
      node.attributes["to"] = static_cast<int64_t>(DType::kFloat32);
    for (ValueId out : node.outputs) {
      if (out == kNoValue || !is_half(dtype(out))) continue;
      if (std::find(graph_.outputs.begin(), graph_.outputs.end(), out) == graph_.outputs.end())
        graph_.value(out).type.dtype = DType::kFloat32;
    }
  }

  // A graph output keeps its value, which a Cast at the end makes now.
  void narrow_output(ValueId out) {
    const auto made_it = [&](NodeId id) {
      const std::vector<ValueId>& made = graph_.node(id).outputs;
      return std::find(made.begin(), made.end(), out) != made.end();
    };
    const auto maker = std::find_if(graph_.order.begin(), graph_.order.end(), made_it);
    if (!is_half(dtype(out)) || maker == graph_.order.end()) return;
    const DType narrow = dtype(out);
    const ValueId wide = graph_.add_value(graph_.value(out).name + "/f32",
                                          {DType::kFloat32, graph_.value(out).type.shape});
    for (Node& node : graph_.nodes) {
      if (node.dead) continue;
      std::replace(node.inputs.begin(), node.inputs.end(), out, wide);
      std::replace(node.outputs.begin(), node.outputs.end(), out, wide);
    }
    graph_.add_node(cast(wide, out, narrow));
  }

  Graph& graph_;
  std::vector<ValueId> wide_;  // by value: its twin in f32
};

}  // namespace

Status widen_halves(Graph& graph) {
  Widener widener(graph);
  if (!widener.applies()) return Status();
  widener.run();
  graph.rewrites.push_back("halves: computed in f32");
  return Status();
}

// Gather(Cast(table), ids) is Cast(Gather(table, ids)): a table is not widened as a whole.
Status narrow_tables(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    const Node* wide = node.is("Gather") ? edit.maker(node.input(0), "Cast") : nullptr;
    const graph::Tensor* table = wide ? edit.constant(wide->input(0)) : nullptr;
    if (!table || !is_half(table->dtype) || !edit.is_f32(node.input(0))) continue;
    const ValueId out = node.output(0);
    Node rows = node;
    rows.inputs[0] = wide->input(0);
    rows.outputs = {edit.add_value(edit.graph().value(out).name + "/narrow",
                                   {table->dtype, edit.type(out).shape})};
    Node widen = cast(rows.outputs[0], out, DType::kFloat32);
    edit.insert_before(id, std::move(rows));
    edit.replace(out, std::move(widen));
  }
  return Status();
}

}  // namespace inlay::rewrite
