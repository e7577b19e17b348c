// Reshape (ONNX 5…): 0 keeps a size (unless "allowzero", 14…), -1 takes what is left.
#include "ops/views.h"

namespace inlay::ops {
namespace {

bool may_be(ExprPool& exprs, Expr e, int64_t number) {
  const graph::Bounds bounds = exprs.bounds(e);
  return bounds.low <= number && number <= bounds.high;
}

// The wanted sizes with each 0 that copies replaced. A size that is an expression over other sizes
// is never meant as 0, though it may become 0 for an empty tensor.
Result<Shape> without_zeros(Inference& in, Shape wanted, const Shape& source) {
  if (in.node().integer("allowzero", 0) != 0) return wanted;
  ExprPool& exprs = in.exprs();
  for (size_t i = 0; i < wanted.size(); ++i) {
    const bool unknown = may_be(exprs, wanted[i], -1);
    if (!exprs.is(wanted[i], 0) && !unknown) continue;
    if (i < source.size())
      wanted[i] = exprs.if_equal(wanted[i], in.constant(0), source[i], wanted[i]);
    else if (!unknown)
      return in.error("size 0 at axis {}: the input has {} dimensions", i, source.size());
  }
  return wanted;
}

}  // namespace

Status infer_reshape(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  ExprPool& exprs = in.exprs();
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(Shape wanted, in.content_or_read(1));
  INLAY_ASSIGN(Shape shape, without_zeros(in, std::move(wanted), source));
  const Expr total = exprs.product(source), one = in.constant(1), minus_one = in.constant(-1);
  Expr known = one;
  int64_t wildcards = 0;
  for (Expr e : shape) {
    known = exprs.mul(known, exprs.if_equal(e, minus_one, one, e));
    wildcards += exprs.is(e, -1);
    if (const auto size = exprs.value(e); size && *size < -1)
      return in.error("expected sizes of at least -1, found {}", *size);
  }
  if (wildcards > 1) return in.error("expected at most one size of -1, found {}", wildcards);
  // Where only a run says whether a size is -1, there must be something to divide by.
  const Expr divisor = wildcards > 0 ? known : exprs.if_equal(known, in.constant(0), one, known);
  for (Expr& e : shape)
    if (may_be(exprs, e, -1)) e = exprs.if_equal(e, minus_one, exprs.floor_div(total, divisor), e);
  INLAY_TRY(in.expect_equal(exprs.product(shape), total, "number of elements"));
  set_reshaped(in, std::move(shape));
  return Status();
}

Status lower_reshape(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
