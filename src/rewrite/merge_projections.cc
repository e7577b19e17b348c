// Linears of one input whose outputs go to one Attention: one Linear with their weights side by
// side, and a Split, which is no step but three views.
#include "rewrite/linear.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

bool fits_with(const Node& a, const Node& b) {
  return a.input(0) == b.input(0) && a.integer("transposed", 0) == b.integer("transposed", 0);
}

// Those of the Attention's q, k and v that plain Linears of one input make for it alone.
std::vector<ValueId> projections_of(const Edit& edit, const Node& attention) {
  std::vector<ValueId> out;
  for (size_t i = 0; i < 3; ++i) {
    const ValueId value = attention.input(i);
    const Node* linear = edit.maker(value);
    if (!linear || !is_plain_linear(*linear) || !edit.used_once(value)) continue;
    // Keys and values of one input, where the queries have another.
    if (!out.empty() && !fits_with(*edit.maker(out[0]), *linear)) {
      if (out.size() == 1)
        out.clear();
      else
        continue;
    }
    out.push_back(value);
  }
  return out;
}

NodeId first_in_order(const Edit& edit, const std::vector<ValueId>& values) {
  for (NodeId id : edit.nodes())
    for (ValueId v : values)
      if (edit.maker_id(v) == id) return id;
  return -1;
}

void merge(Edit& edit, const std::vector<ValueId>& values) {
  graph::ExprPool& e = *edit.graph().exprs;
  Node linear = *edit.maker(values[0]);
  linear.inputs.resize(2);
  linear.name = "projections";
  Node split;
  split.op_type = "Split";
  split.version = 13;
  split.outputs = values;
  split.attributes.emplace("axis", int64_t{-1});
  std::vector<int64_t> lengths;
  graph::Shape shape = edit.shape(values[0]);
  int64_t columns = 0;
  for (ValueId v : values) {
    const Node& part = *edit.maker(v);
    linear.inputs.insert(linear.inputs.end(), {part.input(2), part.input(3)});
    lengths.push_back(*e.value(edit.shape(v).back()));
    columns += lengths.back();
  }
  shape.back() = e.constant(columns);
  const ValueId all = edit.add_value("projections", {graph::DType::kFloat32, std::move(shape)});
  const ValueId sizes = edit.add_constant(
      "projection_sizes",
      graph::make_tensor(graph::DType::kInt64, {static_cast<int64_t>(lengths.size())}, lengths));
  linear.outputs = {all};
  split.inputs = {all, sizes};
  const NodeId position = first_in_order(edit, values);
  edit.insert_before(position, std::move(linear));
  std::vector<NodeId> old;
  for (ValueId v : values) old.push_back(edit.maker_id(v));
  edit.insert_before(position, std::move(split));
  for (NodeId id : old) edit.remove(id);
  edit.note("projections", static_cast<int>(values.size()));
}

}  // namespace

Status merge_projections(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node& node = edit.graph().node(id);
    if (!node.is("Attention", "inlay")) continue;
    const std::vector<ValueId> values = projections_of(edit, node);
    if (values.size() > 1) merge(edit, values);
  }
  return Status();
}

}  // namespace inlay::rewrite
