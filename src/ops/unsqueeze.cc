// Unsqueeze (ONNX 1…): with new axes of size 1. Axes are an attribute before 13.
#include "ops/axis_expr.h"
#include "ops/views.h"

namespace inlay::ops {

namespace {

// How many axes are named; fails where none are.
Result<size_t> count_axes(Inference& in) {
  if (const auto* axes = in.node().integers("axes")) return axes->size();
  if (!in.has(1)) return in.error("expected axes");
  INLAY_ASSIGN(const std::vector<Expr> axes, in.content_or_read(1));
  return axes.size();
}

}  // namespace

Status infer_unsqueeze(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(const size_t count, count_axes(in));
  const size_t rank = source.size() + count;
  INLAY_ASSIGN(const auto axes, axis_list(in.graph(), in.node(), 1, rank));
  ExprPool& e = in.exprs();
  const std::vector<Expr> flags = axis_flags(e, *axes, rank);
  INLAY_TRY(expect_axes(in, flags, count));
  Shape shape;
  Expr next = in.constant(0);  // of the source's axes
  for (Expr flag : flags) {
    Expr size = in.constant(1);
    for (size_t i = 0; i < source.size(); ++i)
      size = e.if_equal(next, in.constant(static_cast<int64_t>(i)), source[i], size);
    shape.push_back(e.if_equal(flag, in.constant(1), in.constant(1), size));
    next = e.add(next, e.sub(in.constant(1), flag));
  }
  set_reshaped(in, std::move(shape));
  return Status();
}

Status lower_unsqueeze(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
