#include "ops/axis_expr.h"

namespace inlay::ops {
namespace {

Expr from_end(ExprPool& e, Expr axis, size_t rank) {
  const Expr size = e.constant(static_cast<int64_t>(rank));
  return e.if_less(axis, e.constant(0), e.add(axis, size), axis);
}

}  // namespace

Result<Expr> expect_axis(Inference& in, size_t input, size_t rank) {
  ExprPool& e = in.exprs();
  INLAY_ASSIGN(const std::vector<Expr> content, in.content_or_read(input));
  if (content.size() != 1)
    return in.error("input {}: expected one axis, found {}", input, content.size());
  if (const auto known = e.value(content[0])) {
    INLAY_ASSIGN(const int axis, in.axis(*known, rank));
    return e.constant(axis);
  }
  const auto size = static_cast<int64_t>(rank);
  // Clamped first, so that what is added does not overflow.
  const Expr near = e.max(e.constant(-size - 1), e.min(content[0], e.constant(size)));
  const Expr axis = from_end(e, near, rank);
  INLAY_TRY(in.expect_equal(e.max(e.constant(0), e.min(axis, e.constant(size - 1))), axis, "axis"));
  return axis;
}

Expr axis_expr(const graph::Graph& graph, const graph::Node& node, size_t input, size_t rank) {
  ExprPool& e = *graph.exprs;
  const auto size = static_cast<int64_t>(rank);
  const Expr said = (*graph.value(node.input(input)).content)[0];
  return from_end(e, e.max(e.constant(-size - 1), e.min(said, e.constant(size))), rank);
}

AxisSizes split_at(ExprPool& e, std::span<const Expr> shape, Expr axis) {
  const Expr one = e.constant(1);
  AxisSizes out{one, e.constant(0), one};
  for (size_t a = 0; a < shape.size(); ++a) {
    const Expr at = e.constant(static_cast<int64_t>(a));
    out.outer = e.mul(out.outer, e.if_less(at, axis, shape[a], one));
    out.size = e.if_equal(axis, at, shape[a], out.size);
    out.inner = e.mul(out.inner, e.if_less(axis, at, shape[a], one));
  }
  return out;
}

}  // namespace inlay::ops
