// Split (ONNX 1…): pieces along an axis, of given lengths (attribute before 13, input since) or of
// equal length but the last ("num_outputs", 18…).
#include "ops/arguments.h"
#include "ops/views.h"

namespace inlay::ops {
namespace {

// As the attribute or the input says, which may be known as expressions; none where neither is there.
Result<std::optional<std::vector<Expr>>> given_lengths(const graph::Graph& graph,
                                                       const graph::Node& node) {
  using Lengths = std::optional<std::vector<Expr>>;
  const graph::ValueId input = node.input(1);
  if (input != graph::kNoValue && graph.value(input).content)
    return Lengths(graph.value(input).content);
  INLAY_ASSIGN(const auto numbers, constant_list(graph, node, 1, "split"));
  if (!numbers) return Lengths();
  std::vector<Expr> out;
  for (int64_t length : *numbers) out.push_back(graph.exprs->constant(length));
  return Lengths(std::move(out));
}

// The length of every output along the axis.
Result<std::vector<Expr>> lengths_of(const graph::Graph& graph, const graph::Node& node,
                                     Expr size) {
  ExprPool& e = *graph.exprs;
  const auto count = static_cast<int64_t>(node.outputs.size());
  std::vector<Expr> out;
  INLAY_ASSIGN(const auto given, given_lengths(graph, node));
  if (given) {
    if (static_cast<int64_t>(given->size()) != count)
      return invalid("{}: expected {} lengths, found {}", describe(graph, node), count,
                     given->size());
    return *given;
  }
  const Expr piece = e.ceil_div(size, e.constant(count));
  for (int64_t i = 0; i + 1 < count; ++i) out.push_back(piece);
  out.push_back(e.sub(size, e.mul(piece, e.constant(count - 1))));
  return out;
}

int64_t axis_of(const graph::Node& node, size_t rank) {
  const int64_t axis = node.integer("axis", 0);
  return axis < 0 ? axis + static_cast<int64_t>(rank) : axis;
}

}  // namespace

Status infer_split(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), source.size()));
  const auto at = static_cast<size_t>(axis);
  INLAY_ASSIGN(const std::vector<Expr> lengths, lengths_of(in.graph(), in.node(), source[at]));
  const std::vector<Expr> strides = row_major(in.exprs(), source);
  Expr begin = in.constant(0);
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (const auto length = in.exprs().value(lengths[i]); length && *length < 0)
      return in.error("expected lengths of at least 0, found {}", *length);
    INLAY_TRY(in.expect_equal(in.exprs().max(lengths[i], in.constant(0)), lengths[i], "length"));
    Shape shape = source;
    shape[at] = lengths[i];
    in.set_output(i, in.dtype(0), std::move(shape));
    fold_view(in, i, in.exprs().mul(begin, strides[at]), strides);
    begin = in.exprs().add(begin, lengths[i]);
  }
  return in.expect_equal(begin, source[at], "sum of lengths");
}

Status lower_split(Lowering& low) {
  const View source = low.view(0);
  const auto at = static_cast<size_t>(axis_of(low.node(), source.shape.size()));
  INLAY_ASSIGN(const std::vector<Expr> lengths,
               lengths_of(low.graph(), low.node(), source.shape[at]));
  Expr begin = low.constant(0);
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (low.wants(i)) low.alias(i, 0, low.exprs().mul(begin, source.strides[at]), source.strides);
    begin = low.exprs().add(begin, lengths[i]);
  }
  return Status();
}

}  // namespace inlay::ops
