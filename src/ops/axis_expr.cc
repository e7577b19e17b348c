#include "ops/axis_expr.h"

#include <algorithm>

#include "ops/arguments.h"

namespace inlay::ops {
namespace {

// Negative axes count from the end. Clamped, so that the sum does not overflow, to what is no axis either.
Expr from_end(ExprPool& e, Expr axis, size_t rank) {
  const auto size = static_cast<int64_t>(rank);
  axis = e.max(e.constant(-size - 1), e.min(axis, e.constant(size)));
  return e.if_less(axis, e.constant(0), e.add(axis, e.constant(size)), axis);
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
  const Expr axis = from_end(e, content[0], rank);
  const Expr last = e.constant(static_cast<int64_t>(rank) - 1);
  INLAY_TRY(in.expect_equal(e.max(e.constant(0), e.min(axis, last)), axis, "axis"));
  return axis;
}

Expr axis_expr(const graph::Graph& graph, const graph::Node& node, size_t input, size_t rank) {
  ExprPool& e = *graph.exprs;
  return from_end(e, (*graph.value(node.input(input)).content)[0], rank);
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

Result<std::optional<std::vector<Expr>>> axis_list(const graph::Graph& graph,
                                                   const graph::Node& node, size_t input,
                                                   size_t rank) {
  using List = std::optional<std::vector<Expr>>;
  ExprPool& e = *graph.exprs;
  std::vector<Expr> out;
  const bool given = node.input(input) != graph::kNoValue;
  if (given && !node.integers("axes")) {
    const graph::Value& value = graph.value(node.input(input));
    const bool known = value.constant || !value.content ||
                       std::all_of(value.content->begin(), value.content->end(),
                                   [&](Expr axis) { return e.value(axis).has_value(); });
    if (!known) {
      for (Expr axis : *value.content) out.push_back(from_end(e, axis, rank));
      return List(std::move(out));
    }
  }
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, input, rank));
  if (!axes) return List();
  for (int axis : *axes) out.push_back(e.constant(axis));
  return List(std::move(out));
}

std::vector<Expr> axis_flags(ExprPool& e, std::span<const Expr> axes, size_t rank) {
  std::vector<Expr> flags(rank, e.constant(0));
  for (size_t axis = 0; axis < rank; ++axis)
    for (Expr named : axes)
      flags[axis] =
          e.if_equal(named, e.constant(static_cast<int64_t>(axis)), e.constant(1), flags[axis]);
  return flags;
}

Status expect_axes(Inference& in, std::span<const Expr> flags, size_t count) {
  Expr named = in.constant(0);
  for (Expr flag : flags) named = in.exprs().add(named, flag);
  return in.expect_equal(named, in.constant(static_cast<int64_t>(count)), "axes, each once");
}

Shape without_axes(ExprPool& e, const Shape& source, std::span<const Expr> flags, size_t kept) {
  Shape out(kept, e.constant(0));
  const Expr one = e.constant(1);
  Expr place = e.constant(0);  // among the axes that stay
  for (size_t axis = 0; axis < source.size(); ++axis) {
    for (size_t i = 0; i < kept; ++i) {
      const Expr at = e.constant(static_cast<int64_t>(i));
      const Expr here = e.if_equal(place, at, source[axis], out[i]);
      out[i] = e.if_equal(flags[axis], one, out[i], here);
    }
    place = e.add(place, e.sub(one, flags[axis]));
  }
  return out;
}

}  // namespace inlay::ops
