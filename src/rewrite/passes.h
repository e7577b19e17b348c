// The passes of rewrite(), each in a file of its own.
#pragma once

#include "rewrite/edit.h"

namespace inlay::rewrite {

// Nodes that give back an input: Identity, Dropout, x + 0, x * 1, Cast to the same type, …
Status eliminate_identities(Edit& edit);
// What is computed in 16-bit floats is in f32, with inputs and outputs as they were; before all
// others, which look for f32.
Status widen_halves(Graph& graph);
// Rows of a 16-bit table that was widened as a whole: the rows are.
Status narrow_tables(Edit& edit);
// Nodes over small constants become constants.
Status fold_constants(Edit& edit);
// Nodes whose results are known as expressions over sizes.
Status eliminate_shape_arithmetic(Edit& edit);
// LayerNormalization, or the nodes that it is made of: inlay.LayerNorm.
Status fuse_layer_norm(Edit& edit);
// RMSNormalization, or x / √(ReduceMean(x²) + epsilon) * gamma: inlay.LayerNorm without a mean.
Status fuse_rms_norm(Edit& edit);
// x/2 (1 + erf(x/√2)) and its form with tanh, in any order of factors: Gelu.
Status fuse_gelu(Edit& edit);
// BatchNormalization, constants for channels, a residual and an activation behind a Conv: inlay.Conv.
Status fuse_conv(Edit& edit);
// MatMul or Gemm with constant weights, and the bias behind it: inlay.Linear.
Status fuse_linear(Edit& edit);
// MatMulInteger, its cast and scales, and the bias behind them: inlay.IntegerLinear.
Status fuse_integer_linear(Edit& edit);
// Relu, Gelu, Tanh, Sigmoid, x · sigmoid(x) behind a Linear of either kind: its activation.
Status fuse_activation(Edit& edit);
// MatMul, scale, mask, Softmax, MatMul over heads: inlay.Attention.
Status fuse_attention(Edit& edit);
// Linears of one input that feed one Attention: one Linear and a Split.
Status merge_projections(Edit& edit);
// A sum behind a Linear, or else before a LayerNorm: its residual.
Status fuse_residual(Edit& edit);

}  // namespace inlay::rewrite
