#include "ops/recurrent.h"

#include <cmath>

#include "ops/element_types.h"
#include "ops/recurrent_weights.h"

namespace inlay::ops {
namespace {

template <class T>
const std::vector<T>* list_of(const graph::Node& node, std::string_view key) {
  const auto found = node.attributes.find(key);
  return found == node.attributes.end() ? nullptr : std::get_if<std::vector<T>>(&found->second);
}

// Alphas and betas go, in order, to the functions that have them.
Result<std::vector<GateFunction>> functions_of(const graph::Graph& graph, const graph::Node& node,
                                               const RecurrentCell& cell, int directions) {
  const auto* names = list_of<std::string>(node, "activations");
  const auto* alphas = list_of<float>(node, "activation_alpha");
  const auto* betas = list_of<float>(node, "activation_beta");
  const auto count = static_cast<size_t>(cell.functions * directions);
  if (names && names->size() != count)
    return invalid("{}: expected {} activations, found {}", describe(graph, node), count,
                   names->size());
  std::vector<GateFunction> out;
  size_t alpha = 0, beta = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = names ? std::string_view((*names)[i])
                                        : cell.defaults[i % static_cast<size_t>(cell.functions)];
    const NamedActivation* found = find_gate_activation(name);
    if (!found) return unsupported("{}: activation {}", describe(graph, node), quote(name));
    GateFunction f{found->kind, found->alpha, found->beta};
    if (found->has_alpha && alphas && alpha < alphas->size()) f.alpha = (*alphas)[alpha++];
    if (found->has_beta && betas && beta < betas->size()) f.beta = (*betas)[beta++];
    out.push_back(f);
  }
  return out;
}

int directions_of(const graph::Node& node) {
  return node.text("direction", "forward") == "bidirectional" ? 2 : 1;
}

// The size of a gate: as the attribute says, or as R has it.
Result<Expr> hidden_of(Inference& in) {
  INLAY_ASSIGN(const Shape r, in.shape(2));
  if (r.size() != 3) return in.error("input 2: expected 3 dimensions, found {}", r.size());
  const bool said = in.node().attributes.contains("hidden_size");
  if (!said && !in.exprs().value(r[2]))
    return in.error("input 2: expected a constant hidden size, found {}", in.exprs().text(r[2]));
  const Expr hidden = said ? in.constant(in.node().integer("hidden_size", 0)) : r[2];
  INLAY_TRY(in.expect_equal(r[2], hidden, "hidden size"));
  return hidden;
}

Status expect_shape(Inference& in, size_t input, DType dtype, const Shape& expected) {
  if (!in.has(input)) return Status();
  INLAY_TRY(in.expect_dtype(input, {dtype}));
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  if (shape.size() != expected.size())
    return in.error("input {}: expected {} dimensions, found {}", input, expected.size(),
                    shape.size());
  for (size_t axis = 0; axis < shape.size(); ++axis)
    INLAY_TRY(
        in.expect_equal(shape[axis], expected[axis], format("input {}, axis {}", input, axis)));
  return Status();
}

// The gates [first, first + count) of a direction's W or R.
PackRecipe gate_recipe(const graph::TensorRef& weights, int64_t hidden, int64_t all, int direction,
                       int64_t first, int64_t count) {
  const int64_t k = weights->shape[2];
  PackRecipe recipe{&kGatesLayout, {}, k, count * hidden};
  for (int64_t gate = first; gate < first + count; ++gate)
    recipe.parts.push_back({weights, (direction * all + gate) * hidden * k, k, hidden, 1, k, 1});
  return recipe;
}

// Appends W and R of each group.
void pack_direction(Lowering& low, const RecurrentCell& cell, int64_t hidden, int direction,
                    std::vector<Operand>& operands) {
  const int64_t all = cell.all_gates();
  for (const auto& [first, count] :
       {std::pair(int64_t{0}, cell.gates), std::pair(cell.gates, cell.last_gates)})
    for (size_t input : {kW, kR})
      operands.push_back(count == 0 ? Operand{}
                                    : low.packed(gate_recipe(low.constant_tensor(input), hidden,
                                                             all, direction, first, count)));
}

}  // namespace

Status infer_recurrent(Inference& in, const RecurrentCell& cell) {
  INLAY_TRY(in.expect_inputs(3, cell.has_cell ? 8 : 6));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const std::string_view direction = in.node().text("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return in.error("direction: expected forward, reverse or bidirectional, found {}",
                    quote(direction));
  if (const float clip = in.node().real("clip", 0); !(clip >= 0))
    return in.error("clip: expected at least 0, found {}", clip);
  INLAY_ASSIGN(const Shape x, in.shape(0));
  if (x.size() != 3) return in.error("input 0: expected 3 dimensions, found {}", x.size());
  INLAY_ASSIGN(const Expr hidden, hidden_of(in));
  const int count = directions_of(in.node());
  INLAY_TRY(functions_of(in.graph(), in.node(), cell, count).status());
  const bool batch_first = in.node().integer("layout", 0) != 0;
  const Expr directions = in.constant(count);
  const Expr length = x[batch_first ? 1 : 0], batch = x[batch_first ? 0 : 1];
  const Expr width = in.exprs().mul(in.constant(cell.all_gates()), hidden);
  const Shape state =
      batch_first ? Shape{batch, directions, hidden} : Shape{directions, batch, hidden};
  const DType dtype = in.dtype(0);
  INLAY_TRY(expect_shape(in, 1, dtype, {directions, width, x[2]}));
  INLAY_TRY(expect_shape(in, 2, dtype, {directions, width, hidden}));
  INLAY_TRY(expect_shape(in, 3, dtype, {directions, in.exprs().mul(in.constant(2), width)}));
  INLAY_TRY(expect_shape(in, 4, DType::kInt32, {batch}));
  INLAY_TRY(expect_shape(in, 5, dtype, state));
  INLAY_TRY(expect_shape(in, 6, dtype, state));
  INLAY_TRY(expect_shape(in, 7, dtype, {directions, in.exprs().mul(in.constant(3), hidden)}));
  in.set_output(0, dtype,
                batch_first ? Shape{batch, length, directions, hidden}
                            : Shape{length, directions, batch, hidden});
  in.set_output(1, dtype, state);
  in.set_output(2, dtype, state);
  return Status();
}

Status lower_recurrent(Lowering& low, const RecurrentCell& cell) {
  const graph::Node& node = low.node();
  const Shape& x = low.input_shape(0);
  RecurrentParams params{};
  params.hidden =
      low.node().integer("hidden_size", low.exprs().value(low.input_shape(2)[2]).value_or(0));
  params.directions = directions_of(node);
  params.reverse = node.text("direction", "forward") == "reverse";
  params.batch_first = node.integer("layout", 0) != 0;
  params.input_forget = node.integer("input_forget", 0) != 0;
  params.linear_before_reset = node.integer("linear_before_reset", 0) != 0;
  params.clip = node.attributes.count("clip") ? node.real("clip", 0) : INFINITY;
  INLAY_ASSIGN(params.functions, functions_of(low.graph(), node, cell, params.directions));
  const DType dtype = low.input_type(0).dtype;
  const bool packed =
      dtype != DType::kFloat64 && low.constant_tensor(kW) && low.constant_tensor(kR);
  std::vector<Operand> operands;
  for (size_t input = 0; input < 8; ++input)
    operands.push_back(packed && (input == kW || input == kR) ? Operand{} : low.dense(input));
  for (size_t output = 0; output < 3; ++output) operands.push_back(low.output(output));
  for (int direction = 0; packed && direction < params.directions; ++direction)
    pack_direction(low, cell, params.hidden, direction, operands);
  low.step(
      {recurrent_step(dtype),
       std::move(operands),
       {x[params.batch_first ? 1 : 0], x[params.batch_first ? 0 : 1], x[2]},
       std::make_shared<RecurrentCall>(RecurrentCall{std::move(params), cell, dtype, packed})});
  return Status();
}

}  // namespace inlay::ops
