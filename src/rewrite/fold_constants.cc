// Nodes whose inputs are constants, or integers that shape arithmetic made constants, are computed
// now, where that is cheap: results of at most 64 KB. Views of weights stay nodes, because they
// cost nothing. Weights that are filled with one number (what models for tests have in place of a file's) become
// constants too, so that rewrites and packing see them as such: those of a Conv as they are, others as a view of
// the number.
#include <algorithm>

#include "ops/evaluate.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

constexpr int64_t kMaxBytes = 1 << 16;
constexpr int64_t kMaxFilledBytes = 256 << 20;  // of a graph
constexpr int64_t kMaxGemmBytes = 32 << 20;     // of one matrix; larger ones are packed in each run

// The value as a tensor: a constant, or content that is numbers.
graph::TensorRef known(const Edit& edit, ValueId v) {
  const graph::Value& value = edit.graph().value(v);
  if (value.constant) return value.constant;
  if (!value.content) return nullptr;
  return ops::tensor_of(*edit.graph().exprs, value);
}

// Bytes of a value whose shape is known, at most `limit`.
std::optional<int64_t> bytes_within(const Edit& edit, ValueId v, int64_t limit) {
  const auto count = edit.graph().exprs->value(edit.graph().exprs->product(edit.shape(v)));
  const int64_t bytes = graph::dtype_bytes(edit.type(v).dtype);
  if (!count || bytes == 0 || *count > limit / bytes) return {};
  return *count * bytes;
}

bool is_cheap(const Edit& edit, const Node& node) {
  return std::all_of(node.outputs.begin(), node.outputs.end(),
                     [&](ValueId v) { return v == kNoValue || bytes_within(edit, v, kMaxBytes); });
}

bool is_weights(const Edit& edit, ValueId v, std::string_view op) {
  const auto& readers = edit.readers(v);
  return !edit.is_output(v) && std::all_of(readers.begin(), readers.end(), [&](NodeId reader) {
    const Node& node = edit.graph().node(reader);
    return node.is(op) && node.input(1) == v && node.input(0) != v && node.input(2) != v;
  });
}

// A filled tensor of any size as a view of one element.
void make_view(Edit& edit, const Node& filled) {
  std::vector<int64_t> sizes;
  for (graph::Expr size : edit.shape(filled.output(0))) {
    const auto known = edit.graph().exprs->value(size);
    if (!known) return;
    sizes.push_back(*known);
  }
  const graph::TensorRef value = filled.tensor("value");
  Node view;
  view.op_type = "Expand";
  view.version = 13;
  view.inputs = {
      edit.add_constant(
          "element",
          value ? value : graph::make_tensor(graph::DType::kFloat32, {1}, std::vector<float>{0})),
      edit.add_constant("shape", graph::make_tensor(graph::DType::kInt64,
                                                    {static_cast<int64_t>(sizes.size())}, sizes))};
  edit.note("fold_constants", 1);
  edit.replace(filled.output(0), std::move(view));
}

bool holds_subgraph(const Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return std::holds_alternative<std::shared_ptr<Graph>>(attribute.second);
  });
}

// Computes a node whose inputs are known.
void fold(Edit& edit, const Node& node) {
  std::vector<graph::TensorRef> inputs;
  for (ValueId v : node.inputs) {
    inputs.push_back(v == kNoValue ? nullptr : known(edit, v));
    if (v != kNoValue && !inputs.back()) return;
  }
  auto outputs = ops::evaluate(edit.graph(), node, inputs);
  if (!outputs.ok()) return;  // the run will say what is wrong, if it comes to it
  const std::vector<ValueId> values = node.outputs;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] != kNoValue) edit.set_constant(values[i], std::move((*outputs)[i]));
  edit.note("fold_constants", 1, 0);
}

// A ConstantOfShape that is large; takes what it makes from `bytes_left`.
void fold_filled(Edit& edit, const Node& node, int64_t& bytes_left) {
  const ValueId filled = node.output(0);
  const bool of_gemm = is_weights(edit, filled, "Gemm");
  const int64_t limit = of_gemm ? std::min(bytes_left, kMaxGemmBytes) : bytes_left;
  const auto bytes = bytes_within(edit, filled, limit);
  if (of_gemm && !bytes) return make_view(edit, node);
  if (!bytes || !(of_gemm || is_weights(edit, filled, "Conv"))) return;
  bytes_left -= *bytes;
  fold(edit, node);
}

}  // namespace

Status fold_constants(Edit& edit) {
  int64_t bytes_left = kMaxFilledBytes;
  for (NodeId id : edit.nodes()) {
    const Node& node = edit.graph().node(id);
    if (node.dead || node.domain != "" || node.inputs.empty() || holds_subgraph(node)) continue;
    if (is_cheap(edit, node))
      fold(edit, node);
    else if (node.is("ConstantOfShape"))
      fold_filled(edit, Node(node), bytes_left);
  }
  return Status();
}

}  // namespace inlay::rewrite
