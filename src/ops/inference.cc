#include "ops/inference.h"

#include <algorithm>
#include <map>

#include "ops/arguments.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

constexpr int64_t kMaxContent = 64;

}  // namespace

Result<Shape> Inference::shape(size_t input) const {
  if (!has(input)) return error("input {} is missing", input);
  if (!value(input).type.shape)
    return not_yet(graph_, node_, input, "a rank that is known at load");
  return *value(input).type.shape;
}

const std::vector<Expr>* Inference::content(size_t input) const {
  if (!has(input)) return nullptr;
  const auto& content = value(input).content;
  return content ? &*content : nullptr;
}

Result<std::vector<Expr>> Inference::content_or_read(size_t input) {
  if (const auto* known = content(input)) return *known;
  INLAY_ASSIGN(const Shape dims, shape(input));
  const auto count = exprs().value(exprs().product(dims));
  if (dims.size() == 1 && !count)
    return not_yet(graph_, node_, input, "a count of integers that is known at load");
  if (dims.size() > 1 || !count || *count > kMaxContent)
    return error("input {}: expected at most {} integers in one dimension, found {}", input,
                 kMaxContent, graph::shape_text(exprs(), dims));
  const DType type = dtype(input);
  if (type != DType::kInt64 && type != DType::kInt32)
    return error("input {}: expected int64 or int32, found {}", input, graph::dtype_text(type));
  graph::Value& read = graph_.value(node_.input(input));
  read.content.emplace();
  for (int64_t i = 0; i < *count; ++i) {
    const Expr symbol =
        exprs().fresh_symbol(format("{}[{}]", read.name, i), {graph::kLowest, graph::kHighest});
    graph_.element_symbols.push_back({node_.input(input), i, *exprs().as_symbol(symbol)});
    read.content->push_back(symbol);
  }
  return *read.content;
}

Result<std::vector<int64_t>> Inference::constant_integers(size_t input) const {
  std::vector<int64_t> out;
  if (const auto* known = content(input)) {
    for (Expr e : *known) {
      const auto number = graph_.exprs->value(e);
      if (!number) return not_yet(graph_, node_, input, "integers that are known at load");
      out.push_back(*number);
    }
    return out;
  }
  if (const graph::TensorRef tensor = constant_tensor(input))
    if (auto elements = graph::integer_elements(*tensor)) return *elements;
  return not_yet(graph_, node_, input, "integers that are known at load");
}

Status Inference::expect_dtype(size_t input, std::initializer_list<DType> allowed) const {
  if (!has(input)) return error("input {} is missing", input);
  if (std::find(allowed.begin(), allowed.end(), dtype(input)) != allowed.end()) return Status();
  std::string names;
  for (DType type : allowed) names += (names.empty() ? "" : ", ") + graph::dtype_text(type);
  return error("input {}: expected {}, found {}", input, names, graph::dtype_text(dtype(input)));
}

Status Inference::expect_inputs(size_t at_least, size_t at_most) const {
  if (input_count() >= at_least && input_count() <= at_most) return Status();
  return error("expected {} to {} inputs, found {}", at_least, at_most, input_count());
}

Status Inference::expect_equal(Expr a, Expr b, std::string_view what) {
  if (a == b) return Status();
  const graph::Bounds difference = exprs().bounds(exprs().sub(a, b));
  if (difference.low > 0 || difference.high < 0)
    return error("{}: expected equal sizes, found {} and {}", what, exprs().text(a),
                 exprs().text(b));
  graph_.checks.push_back({a, b, id_, std::string(what)});
  return Status();
}

Result<Shape> Inference::broadcast(Shape a, Shape b) {
  if (a.size() < b.size()) std::swap(a, b);
  const size_t lead = a.size() - b.size();
  for (size_t i = 0; i < b.size(); ++i) {
    Expr& left = a[lead + i];
    const Expr result = exprs().broadcast(left, b[i]);
    // Where neither is 1 for certain, the sizes must be equal or 1 when a run comes.
    if (left != b[i] && !exprs().is(left, 1) && !exprs().is(b[i], 1)) {
      const Expr one = constant(1);
      INLAY_TRY(expect_equal(exprs().if_equal(left, one, result, left),
                             exprs().if_equal(b[i], one, result, b[i]), "broadcast"));
    }
    left = result;
  }
  return a;
}

Result<int> Inference::axis(int64_t axis, size_t rank) const {
  if (const auto found = axis_in(axis, rank)) return *found;
  return error("expected an axis in [-{}, {}), found {}", rank, rank, axis);
}

void Inference::set_output(size_t output, DType dtype, Shape shape) {
  if (!wants(output)) return;
  graph_.value(node_.output(output)).type = {dtype, std::move(shape)};
}

void Inference::set_content(size_t output, std::vector<Expr> content) {
  if (!wants(output) || static_cast<int64_t>(content.size()) > kMaxContent) return;
  graph_.value(node_.output(output)).content = std::move(content);
}

Expr Inference::data_size(std::string_view hint) {
  const Expr size = exprs().fresh_symbol(hint);
  graph_.data_symbols.push_back({id_, *exprs().as_symbol(size)});
  return size;
}

void fold_contents(Inference& in, Expr (*combine)(ExprPool&, Expr, Expr)) {
  const auto* a = in.content(0);
  const auto* b = in.content(1);
  if (!a || !b) return;
  const size_t count = std::max(a->size(), b->size());
  if ((a->size() != count && a->size() != 1) || (b->size() != count && b->size() != 1)) return;
  std::vector<Expr> out;
  for (size_t i = 0; i < count; ++i)
    out.push_back(combine(in.exprs(), (*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i]));
  in.set_content(0, std::move(out));
}

namespace {

bool typed(const graph::Graph& graph, const graph::Node& node) {
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](graph::ValueId v) {
    return v == graph::kNoValue || graph.value(v).type.shape.has_value();
  });
}

// Operators that the table lacks, subgraphs included.
void list_unknown(const graph::Graph& graph, std::vector<std::string>& unknown) {
  for (graph::NodeId id : graph.order) {
    const graph::Node& node = graph.node(id);
    if (node.dead) continue;
    if (!find_op(node.domain, node.op_type, node.version)) unknown.push_back(operator_text(node));
    for (const auto& [key, attribute] : node.attributes)
      if (const auto* sub = std::get_if<std::shared_ptr<graph::Graph>>(&attribute))
        list_unknown(**sub, unknown);
  }
}

// "com.microsoft.Attention: 1 node into 17": how often each of them was written.
using Notes = std::map<std::string, int>;

Status expand_node(graph::Graph& graph, graph::NodeId id, const OpDef& op, Notes& notes) {
  Expansion expansion(graph, id);
  INLAY_TRY(op.expand(expansion));
  graph::Node& node = graph.node(id);
  if (!typed(graph, node)) return internal_error("{}: no type was inferred", describe(graph, node));
  ++notes[format("{}{}{}: 1 node into {}", op.domain, op.domain.empty() ? "" : ".", op.name,
                 expansion.made())];
  node.dead = true;
  return Status();
}

Status infer_nodes(graph::Graph& graph) {
  Notes notes;
  for (graph::NodeId id : std::vector<graph::NodeId>(graph.order)) {
    const graph::Node& node = graph.node(id);
    if (node.dead || typed(graph, node)) continue;
    const OpDef& op = *find_op(node.domain, node.op_type, node.version);
    INLAY_TRY(op.expand ? expand_node(graph, id, op, notes) : infer_node(graph, id));
  }
  if (notes.empty()) return Status();
  std::erase_if(graph.order, [&](graph::NodeId id) { return graph.node(id).dead; });
  for (const auto& [text, times] : notes)
    graph.rewrites.push_back(times == 1 ? text : format("{}, {} times", text, times));
  return Status();
}

}  // namespace

Status infer_node(graph::Graph& graph, graph::NodeId id) {
  Inference in(graph, id);
  const graph::Node& node = graph.node(id);
  INLAY_TRY(find_op(node.domain, node.op_type, node.version)->infer(in));
  if (typed(graph, node)) return Status();
  return internal_error("{}: no type was inferred", describe(graph, node));
}

std::string operator_text(const graph::Node& node) {
  const std::string name = format("{}-{}", node.op_type, node.version);
  return node.domain.empty() ? name : format("{} ({})", name, node.domain);
}

Status unknown_operators(std::vector<std::string> names) {
  if (names.empty()) return Status();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return unsupported("the model uses operators that inlay lacks: {}", list);
}

Status infer(graph::Graph& graph) {
  std::vector<std::string> unknown;
  list_unknown(graph, unknown);
  INLAY_TRY(unknown_operators(std::move(unknown)));
  return infer_nodes(graph);
}

}  // namespace inlay::ops
