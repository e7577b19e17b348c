// Operators whose output is a view of their input: shape rules and strides that infer and lower
// share.
#pragma once

#include <optional>

#include "ops/content.h"
#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {

// Output 0 holds the elements of input 0 in the same order under another shape: sets type and
// content.
void set_reshaped(Inference& in, Shape shape);
// Makes it a view where the strides of input 0 allow that, a dense copy where they do not.
void lower_reshaped(Lowering& low);

// The strides of a view under another shape, where axes are only split, merged without gaps, or of
// size 1.
std::optional<std::vector<Expr>> reshaped_strides(ExprPool& exprs, const View& view,
                                                  const Shape& shape);

}  // namespace inlay::ops
