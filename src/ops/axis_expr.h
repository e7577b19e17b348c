// An axis that may be known only when a run comes.
#pragma once

#include "ops/gathering.h"

namespace inlay::ops {

// The only element of input `input` as an axis in [0, rank), maybe negative in the model. Fails now, or when a
// plan is bound, where it is none.
Result<Expr> expect_axis(Inference& in, size_t input, size_t rank);

// The same for a node that went through expect_axis.
Expr axis_expr(const graph::Graph& graph, const graph::Node& node, size_t input, size_t rank);

// The sizes before an axis in [0, rank), of it and behind it.
AxisSizes split_at(ExprPool& exprs, std::span<const Expr> shape, Expr axis);

}  // namespace inlay::ops
