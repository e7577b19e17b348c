// Shape arithmetic at load: the elements of small integer tensors as expressions.
#pragma once

#include <span>

#include "ops/inference.h"

namespace inlay::ops {

// The elements of output 0 where those of all inputs are known: combine(elements at one place,
// broadcast). To be called after set_output(0, …).
void fold_elementwise(Inference& in, Expr (*combine)(ExprPool&, const Expr* elements));

// The same by combine(combine(in0, in1), in2) … .
void fold_pairs(Inference& in, Expr (*combine)(ExprPool&, const Expr* pair));

// The elements of output `output`, which is a view of input 0 as Lowering::alias makes one.
// `strides` are those of the output over the input as a row-major tensor.
void fold_view(Inference& in, size_t output, Expr offset, std::span<const Expr> strides);

// True for elements that can be a tensor's content.
bool has_content_type(DType dtype);

}  // namespace inlay::ops
