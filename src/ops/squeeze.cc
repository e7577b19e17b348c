// Squeeze (ONNX 1…): without axes of size 1. Axes are an attribute before 13.
#include "ops/axis_expr.h"
#include "ops/views.h"

namespace inlay::ops {

namespace {

// Without axes the rank is decided now, so a size that is not known must not become 1.
Result<Shape> without_ones(Inference& in, const Shape& source) {
  const Expr zero = in.constant(0), one = in.constant(1);
  Shape shape;
  for (Expr size : source) {
    if (in.exprs().is(size, 1)) continue;
    INLAY_TRY(in.expect_equal(in.exprs().if_equal(size, one, zero, one), one,
                              "axis that is not squeezed"));
    shape.push_back(size);
  }
  return shape;
}

}  // namespace

Status infer_squeeze(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  if (in.has(1)) INLAY_TRY(in.content_or_read(1).status());
  INLAY_ASSIGN(const auto axes, axis_list(in.graph(), in.node(), 1, source.size()));
  if (!axes) {
    INLAY_ASSIGN(Shape shape, without_ones(in, source));
    set_reshaped(in, std::move(shape));
    return Status();
  }
  ExprPool& e = in.exprs();
  const std::vector<Expr> flags = axis_flags(e, *axes, source.size());
  INLAY_TRY(expect_axes(in, flags, axes->size()));
  for (size_t axis = 0; axis < source.size(); ++axis)
    INLAY_TRY(in.expect_equal(e.if_equal(flags[axis], in.constant(1), source[axis], in.constant(1)),
                              in.constant(1), "squeezed axis"));
  set_reshaped(in, without_axes(e, source, flags, source.size() - axes->size()));
  return Status();
}

Status lower_squeeze(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
