// Axes that may be known only when a run comes.
#pragma once

#include <optional>

#include "ops/gathering.h"

namespace inlay::ops {

// The only element of input `input` as an axis in [0, rank), maybe negative in the model. Fails now, or when a
// plan is bound, where it is none.
Result<Expr> expect_axis(Inference& in, size_t input, size_t rank);

// The same for a node that went through expect_axis.
Expr axis_expr(const graph::Graph& graph, const graph::Node& node, size_t input, size_t rank);

// The sizes before an axis in [0, rank), of it and behind it.
AxisSizes split_at(ExprPool& exprs, std::span<const Expr> shape, Expr axis);

// Attribute "axes" or input `input` as axes in [0, rank); none where neither is there. The input must have gone
// through content_or_read; where its elements are no constants, expect_axes checks them.
Result<std::optional<std::vector<Expr>>> axis_list(const graph::Graph& graph,
                                                   const graph::Node& node, size_t input,
                                                   size_t rank);
// For each axis 1 where the list names it, else 0.
std::vector<Expr> axis_flags(ExprPool& exprs, std::span<const Expr> axes, size_t rank);
// Fails, now or when a plan is bound, unless `count` axes are named, each once.
Status expect_axes(Inference& in, std::span<const Expr> flags, size_t count);
// The sizes of the `kept` axes that are not named, in order.
Shape without_axes(ExprPool& exprs, const Shape& source, std::span<const Expr> flags, size_t kept);

}  // namespace inlay::ops
