// Weights as kernels read them: f32, f16 or bf16 in a file, f32 in all arithmetic.
#pragma once

#include "kernels/element.h"
#include "ops/op.h"

namespace inlay::ops {

Status expect_weight(const Inference& in, size_t input);
// Requires a type that expect_weight takes.
kernels::Element element_of(DType weight_type);
// One element as a float. Tensors in files may lie at odd addresses.
float read_weight(const graph::Tensor& tensor, int64_t i);

}  // namespace inlay::ops
