// Operators over [batch, channels, …] with parameters for each channel.
#pragma once

#include "kernels/activation.h"
#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {

// x of a float type and at least `at_least` dimensions; output 0 as x. Inputs [first, last) that are there hold
// an element for each channel.
Status infer_channels(Inference& in, size_t at_least, size_t first, size_t last);

// The elements behind the first two axes of a shape.
Expr image_size(ExprPool& exprs, const Shape& shape);

// y = activation(x * scale[c] + shift[c]) for [n, c, size] over all threads; y may be x.
struct ChannelAffine {
  int64_t n, c, size;
  const float *scale, *shift;  // shift may be null
  kernels::Activation activation;
};
void channel_affine(RunServices& run, const ChannelAffine& args, const float* x, float* y);

// A float of any width.
double float_at(const std::byte* data, DType dtype, int64_t i);

}  // namespace inlay::ops
