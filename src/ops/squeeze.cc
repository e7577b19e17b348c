// Squeeze (ONNX 1…): without axes of size 1. Axes are an attribute before 13.
#include <algorithm>

#include "ops/arguments.h"
#include "ops/views.h"

namespace inlay::ops {

Status infer_squeeze(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(const auto axes, constant_axes(in.graph(), in.node(), 1, source.size()));
  ExprPool& exprs = in.exprs();
  const Expr zero = in.constant(0), one = in.constant(1);
  Shape shape;
  for (size_t axis = 0; axis < source.size(); ++axis) {
    const bool named =
        axes && std::find(axes->begin(), axes->end(), static_cast<int>(axis)) != axes->end();
    if (named) {
      INLAY_TRY(in.expect_equal(source[axis], one, "squeezed axis"));
    } else if (axes || !exprs.is(source[axis], 1)) {
      // Without axes the rank is decided now, so a size that is not known must not become 1.
      if (!axes)
        INLAY_TRY(in.expect_equal(exprs.if_equal(source[axis], one, zero, one), one,
                                  "axis that is not squeezed"));
      shape.push_back(source[axis]);
    }
  }
  set_reshaped(in, std::move(shape));
  return Status();
}

Status lower_squeeze(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
