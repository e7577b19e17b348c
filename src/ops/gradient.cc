// Gradient (ai.onnx.preview.training 1): the derivatives of a tensor y, summed over its elements, by tensors xs.
//
//   c = Add(a, b);  d = Mul(c, a);  da, db = Gradient(p, q, xs = ["a", "b"], y = "d")
//
// is d computed once more with p and q in the places of a and b, and then, from d backwards, for each node its
// derivative by each of its inputs (reverse accumulation):
//
//   c' = p + q;  d' = c' · p;  ∂c' = ∂d' · p;  ∂a = ∂d' · c' + ∂c';  ∂b = ∂c'
//
// An operator of which kRules knows no derivative is an error, where a derivative has to go through it.
#include <algorithm>
#include <map>
#include <set>

#include "ops/arguments.h"
#include "ops/expansion.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

using graph::Node;
using graph::NodeId;

using Attributes = Expansion::Attributes;
constexpr NodeId kNoNode = -1;

class Gradient {
 public:
  explicit Gradient(Expansion& x) : x_(x) {}

  Status run();

  // ---- for rules
  Expansion& x() { return x_; }
  // Adds to what y changes by with `value`, which broadcast to the shape of `change`.
  void flow(ValueId value, ValueId change);
  ValueId make(std::string_view op, std::vector<ValueId> inputs, Attributes attributes = {}) {
    return x_.make(op, std::move(inputs), std::move(attributes));
  }
  ValueId number(double value, ValueId like) { return x_.number(value, x_.dtype(like)); }

 private:
  Status bind_names();
  void repeat_forward(ValueId y);
  void repeat(NodeId id);
  std::vector<NodeId> order_to(ValueId y) const;
  void go_back();
  ValueId filled_like(ValueId value, float with);
  ValueId summed_to(ValueId change, ValueId like);

  Expansion& x_;
  std::map<ValueId, ValueId> now_;     // a value of the graph: what stands for it here
  std::vector<Node> forward_;          // with the values here
  std::set<ValueId> depend_;           // those here that are computed from xs
  std::map<ValueId, ValueId> change_;  // of y by a value here
};

// ---- derivatives: `n` has the values here, and dy is what y changes by with its first output

using Rule = void (*)(Gradient& g, const Node& n, ValueId dy);

void through_add(Gradient& g, const Node& n, ValueId dy) {
  for (ValueId input : n.inputs) g.flow(input, dy);
}

void through_sub(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], dy);
  g.flow(n.inputs[1], g.make("Neg", {dy}));
}

void through_mul(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Mul", {dy, n.inputs[1]}));
  g.flow(n.inputs[1], g.make("Mul", {dy, n.inputs[0]}));
}

void through_div(Gradient& g, const Node& n, ValueId dy) {
  const ValueId by = g.make("Div", {dy, n.inputs[1]});
  g.flow(n.inputs[0], by);
  g.flow(n.inputs[1], g.make("Neg", {g.make("Mul", {by, n.outputs[0]})}));
}

// a^b: b · a^(b - 1) and y · log a.
void through_pow(Gradient& g, const Node& n, ValueId dy) {
  const ValueId a = n.inputs[0], b = n.inputs[1];
  const ValueId less = g.make("Sub", {b, g.number(1, b)});
  g.flow(a, g.make("Mul", {g.make("Mul", {dy, b}), g.make("Pow", {a, less})}));
  g.flow(b, g.make("Mul", {g.make("Mul", {dy, n.outputs[0]}), g.make("Log", {a})}));
}

void through_neg(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Neg", {dy}));
}

void through_exp(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Mul", {dy, n.outputs[0]}));
}

void through_log(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Div", {dy, n.inputs[0]}));
}

void through_sqrt(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Div", {g.make("Mul", {dy, g.number(0.5, dy)}), n.outputs[0]}));
}

void through_sin(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Mul", {dy, g.make("Cos", {n.inputs[0]})}));
}

void through_cos(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0], g.make("Neg", {g.make("Mul", {dy, g.make("Sin", {n.inputs[0]})})}));
}

// 1 - y²
void through_tanh(Gradient& g, const Node& n, ValueId dy) {
  const ValueId y = n.outputs[0];
  const ValueId slope = g.make("Sub", {g.number(1, y), g.make("Mul", {y, y})});
  g.flow(n.inputs[0], g.make("Mul", {dy, slope}));
}

// y (1 - y)
void through_sigmoid(Gradient& g, const Node& n, ValueId dy) {
  const ValueId y = n.outputs[0];
  const ValueId slope = g.make("Mul", {y, g.make("Sub", {g.number(1, y), y})});
  g.flow(n.inputs[0], g.make("Mul", {dy, slope}));
}

void through_relu(Gradient& g, const Node& n, ValueId dy) {
  const ValueId in = n.inputs[0];
  const ValueId above = g.make("Greater", {in, g.number(0, in)});
  g.flow(in, g.make("Mul", {dy, g.x().cast(above, g.x().dtype(dy))}));
}

void through_view(Gradient& g, const Node& n, ValueId dy) {
  g.flow(n.inputs[0],
         g.make("Reshape", {dy, g.make("Shape", {n.inputs[0]})}, {{"allowzero", int64_t{1}}}));
}

void through_transpose(Gradient& g, const Node& n, ValueId dy) {
  const auto rank = static_cast<int64_t>(g.x().rank(n.inputs[0]));
  std::vector<int64_t> back(static_cast<size_t>(rank));
  const auto* perm = n.integers("perm");
  for (int64_t i = 0; i < rank; ++i)
    back[static_cast<size_t>(perm ? (*perm)[static_cast<size_t>(i)] : rank - 1 - i)] = i;
  g.flow(n.inputs[0], g.make("Transpose", {dy}, {{"perm", std::move(back)}}));
}

ValueId transposed(Gradient& g, ValueId matrix) {
  const auto rank = static_cast<int64_t>(g.x().rank(matrix));
  std::vector<int64_t> perm;
  for (int64_t i = 0; i < rank; ++i) perm.push_back(i < rank - 2 ? i : 2 * rank - 3 - i);
  return g.make("Transpose", {matrix}, {{"perm", std::move(perm)}});
}

void through_mat_mul(Gradient& g, const Node& n, ValueId dy) {
  const ValueId a = n.inputs[0], b = n.inputs[1];
  if (g.x().rank(a) < 2 || g.x().rank(b) < 2)
    return g.x().fail(g.x().refuse("the derivative of a MatMul of vectors"));
  g.flow(a, g.make("MatMul", {dy, transposed(g, b)}));
  g.flow(b, g.make("MatMul", {transposed(g, a), dy}));
}

// Each element of x has the change of the sum that it is in; a mean's share of it.
void through_sum(Gradient& g, const Node& n, ValueId dy) {
  const ValueId in = n.inputs[0];
  Expansion& x = g.x();
  auto axes = constant_axes(x.graph(), n, 1, x.rank(in));
  if (!axes.ok()) return x.fail(std::move(axes).status());
  std::vector<int64_t> gone;
  if (*axes) gone.assign((*axes)->begin(), (*axes)->end());
  const bool nothing = gone.empty() && n.integer("noop_with_empty_axes", 0) != 0;
  for (size_t i = 0; gone.empty() && !nothing && i < x.rank(in); ++i)
    gone.push_back(static_cast<int64_t>(i));
  if (gone.empty()) return g.flow(in, dy);
  std::sort(gone.begin(), gone.end());
  if (n.integer("keepdims", 1) == 0) dy = g.make("Unsqueeze", {dy, x.integers(gone)});
  if (n.op_type == "ReduceMean") {
    const ValueId many = g.make("Div", {g.make("Size", {in}), g.make("Size", {n.outputs[0]})});
    dy = g.make("Div", {dy, x.cast(many, x.dtype(dy))});
  }
  g.flow(in, g.make("Expand", {dy, g.make("Shape", {in})}));
}

constexpr std::pair<std::string_view, Rule> kRules[] = {
    {"Add", through_add},
    {"Cos", through_cos},
    {"Div", through_div},
    {"Exp", through_exp},
    {"Flatten", through_view},
    {"Identity", through_add},
    {"Log", through_log},
    {"MatMul", through_mat_mul},
    {"Mul", through_mul},
    {"Neg", through_neg},
    {"Pow", through_pow},
    {"ReduceMean", through_sum},
    {"ReduceSum", through_sum},
    {"Relu", through_relu},
    {"Reshape", through_view},
    {"Sigmoid", through_sigmoid},
    {"Sin", through_sin},
    {"Sqrt", through_sqrt},
    {"Squeeze", through_view},
    {"Sub", through_sub},
    {"Sum", through_add},
    {"Tanh", through_tanh},
    {"Transpose", through_transpose},
    {"Unsqueeze", through_view},
};

Rule rule_of(const Node& node) {
  for (const auto& [op, rule] : kRules)
    if (node.domain.empty() && node.op_type == op) return rule;
  return nullptr;
}

const std::vector<std::string>* names_of(const Node& node, std::string_view key) {
  const auto found = node.attributes.find(key);
  return found == node.attributes.end() ? nullptr
                                        : std::get_if<std::vector<std::string>>(&found->second);
}

// The value of that name; kNoValue where there is none.
ValueId find_value(const graph::Graph& graph, std::string_view name) {
  for (size_t v = 0; v < graph.values.size(); ++v)
    if (graph.values[v].name == name) return static_cast<ValueId>(v);
  return kNoValue;
}

// Who makes each value: nodes that nobody else needs are there, too, though dead.
std::vector<NodeId> makers(const graph::Graph& graph) {
  std::vector<NodeId> out(graph.values.size(), kNoNode);
  for (size_t id = 0; id < graph.nodes.size(); ++id)
    for (ValueId output : graph.nodes[id].outputs)
      if (output != kNoValue &&
          (out[static_cast<size_t>(output)] == kNoNode || !graph.nodes[id].dead))
        out[static_cast<size_t>(output)] = static_cast<NodeId>(id);
  return out;
}

// ---- the way there and back

Status Gradient::bind_names() {
  const Node& node = x_.node();
  size_t i = 0;
  for (const std::string_view key : {"xs", "zs"}) {
    const auto* names = names_of(node, key);
    if (!names && key == "zs") break;
    if (!names) return x_.error("expected an attribute xs, found none");
    for (const std::string& name : *names) {
      const ValueId value = find_value(x_.graph(), name);
      if (value == kNoValue) return x_.error("{}: nothing is named {}", key, quote(name));
      if (!x_.has(i)) return x_.error("input {} is missing: the value of {}", i, quote(name));
      now_[value] = x_.input(i++);
      if (key == "xs") depend_.insert(now_[value]);
    }
  }
  if (i == node.inputs.size()) return Status();
  return x_.error("expected {} inputs, one for each of xs and zs, found {}", i, node.inputs.size());
}

// The nodes that y is computed by, each behind those that it needs.
std::vector<NodeId> Gradient::order_to(ValueId y) const {
  const std::vector<NodeId> maker = makers(x_.graph());
  std::vector<NodeId> order, path;
  std::set<NodeId> open, done;
  const auto visit = [&](ValueId value) {
    if (value == kNoValue || now_.contains(value)) return;
    const NodeId id = maker[static_cast<size_t>(value)];
    if (id != kNoNode && !done.contains(id)) path.push_back(id);
  };
  visit(y);
  while (!path.empty()) {
    const NodeId id = path.back();
    if (!done.contains(id) && open.insert(id).second) {
      for (ValueId input : x_.graph().node(id).inputs) visit(input);
      continue;
    }
    path.pop_back();
    if (done.insert(id).second) order.push_back(id);
  }
  return order;
}

void Gradient::repeat(NodeId id) {
  Node node = x_.graph().node(id);
  const OpDef* const op = find_op(node.domain, node.op_type, node.version);
  const bool has_subgraph = std::any_of(
      node.attributes.begin(), node.attributes.end(),
      [](auto& a) { return std::holds_alternative<std::shared_ptr<graph::Graph>>(a.second); });
  if (!op || op->expand || has_subgraph)
    return x_.fail(x_.refuse("the derivative of {}", node.op_type));
  bool depends = false;
  for (ValueId& input : node.inputs) {
    const auto here = now_.find(input);
    if (here != now_.end()) input = here->second;
    depends |= depend_.contains(input);
  }
  const std::vector<ValueId> outputs = x_.copy(node, node.inputs);
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] == kNoValue) continue;
    now_[node.outputs[i]] = outputs[i];
    if (depends) depend_.insert(outputs[i]);
  }
  node.outputs = outputs;
  forward_.push_back(std::move(node));
}

void Gradient::repeat_forward(ValueId y) {
  for (NodeId id : order_to(y))
    if (x_.ok()) repeat(id);
}

void Gradient::go_back() {
  for (size_t i = forward_.size(); i > 0 && x_.ok(); --i) {
    const Node& node = forward_[i - 1];
    for (size_t output = 1; output < node.outputs.size(); ++output)
      if (change_.contains(node.outputs[output]))
        return x_.fail(x_.refuse("the derivative of output {} of {}", output, node.op_type));
    const auto change = change_.find(node.outputs[0]);
    if (change == change_.end()) continue;
    const Rule rule = rule_of(node);
    if (!rule) return x_.fail(x_.refuse("the derivative of {}", node.op_type));
    rule(*this, node, change->second);
  }
}

void Gradient::flow(ValueId value, ValueId change) {
  if (!x_.ok() || !depend_.contains(value)) return;
  change = summed_to(change, value);
  const auto [known, fresh] = change_.emplace(value, change);
  if (!fresh) known->second = make("Add", {known->second, change});
}

// Over the axes that `like` was broadcast along.
ValueId Gradient::summed_to(ValueId change, ValueId like) {
  const Shape from = x_.shape(change), to = x_.shape(like);
  const size_t lead = from.size() - std::min(from.size(), to.size());
  std::vector<int64_t> axes, in_front;
  for (size_t i = 0; i < from.size(); ++i) {
    if (i >= lead && from[i] == to[i - lead]) continue;
    if (i >= lead && !x_.exprs().is(to[i - lead], 1)) {
      x_.fail(x_.refuse("the derivative of a broadcast from {} to {}, which may be none",
                        graph::shape_text(x_.exprs(), to), graph::shape_text(x_.exprs(), from)));
      return change;
    }
    axes.push_back(static_cast<int64_t>(i));
    if (i < lead) in_front.push_back(static_cast<int64_t>(i));
  }
  if (!axes.empty()) change = make("ReduceSum", {change, x_.integers(axes)});
  return in_front.empty() ? change : make("Squeeze", {change, x_.integers(in_front)});
}

ValueId Gradient::filled_like(ValueId value, float with) {
  const ValueId filled =
      make("ConstantOfShape", {make("Shape", {value})},
           {{"value", graph::make_tensor(DType::kFloat32, {1}, std::vector{with})}});
  return x_.cast(filled, x_.dtype(value));
}

Status Gradient::run() {
  INLAY_TRY(bind_names());
  const std::string name(x_.node().text("y", ""));
  const ValueId y = find_value(x_.graph(), name);
  if (y == kNoValue) return x_.error("y: nothing is named {}", quote(name));
  repeat_forward(y);
  INLAY_TRY(x_.status());
  const auto here = now_.find(y);
  if (here != now_.end() && depend_.contains(here->second))
    change_[here->second] = filled_like(here->second, 1);
  go_back();
  INLAY_TRY(x_.status());
  for (size_t i = 0; i < x_.node().outputs.size(); ++i) {
    if (!x_.has(i)) return x_.error("expected an output for each of xs, found more");
    const auto change = change_.find(x_.input(i));
    x_.define(i, "Identity",
              {change == change_.end() ? filled_like(x_.input(i), 0) : change->second});
  }
  return x_.status();
}

}  // namespace

Status expand_gradient(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1 << 20));
  return Gradient(x).run();
}

}  // namespace inlay::ops
