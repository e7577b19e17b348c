#include "ops/views.h"

namespace inlay::ops {

void set_reshaped(Inference& in, Shape shape) {
  in.set_output(0, in.dtype(0), std::move(shape));
  if (const auto* content = in.content(0)) in.set_content(0, *content);
}

void lower_reshaped(Lowering& low) {
  const View source = low.view(0);
  if (auto strides = reshaped_strides(low.exprs(), source, low.output_shape(0)))
    low.alias(0, 0, low.constant(0), std::move(*strides));
  else
    low.alias_dense(0, 0);
}

namespace {

bool divides(ExprPool& exprs, Expr divisor, Expr e) {
  return exprs.mul(divisor, exprs.floor_div(e, divisor)) == e;
}

// The stride between the elements of axes [begin, end), where they lie without gaps between them.
std::optional<Expr> common_stride(ExprPool& exprs, const View& view, size_t begin, size_t end) {
  std::optional<Expr> stride;
  Expr next = exprs.constant(1);
  for (size_t axis = end; axis-- > begin;) {
    if (exprs.is(view.shape[axis], 1)) continue;
    if (stride && view.strides[axis] != next) return {};
    if (!stride) stride = view.strides[axis];
    next = exprs.mul(view.strides[axis], view.shape[axis]);
  }
  return stride ? stride : exprs.constant(1);
}

}  // namespace

// Cuts both shapes from the back into groups of axes with equal products, such as [b, t | h * d]
// and [b, t | h, d]; a group of the source must merge to one axis, which may then be split in any
// way.
std::optional<std::vector<Expr>> reshaped_strides(ExprPool& exprs, const View& view,
                                                  const Shape& shape) {
  std::vector<Expr> strides(shape.size());
  size_t from = view.shape.size(), to = shape.size();
  while (from > 0 || to > 0) {
    const size_t from_end = from, to_end = to;
    Expr left = from > 0 ? view.shape[--from] : exprs.constant(1);
    Expr right = to > 0 ? shape[--to] : exprs.constant(1);
    while (left != right) {
      if (to > 0 && divides(exprs, right, left))
        right = exprs.mul(right, shape[--to]);
      else if (from > 0 && divides(exprs, left, right))
        left = exprs.mul(left, view.shape[--from]);
      else
        return {};
    }
    std::optional<Expr> stride = common_stride(exprs, view, from, from_end);
    if (!stride) return {};
    for (size_t axis = to_end; axis-- > to;) {
      strides[axis] = *stride;
      stride = exprs.mul(*stride, shape[axis]);
    }
  }
  return strides;
}

}  // namespace inlay::ops
