// Optimizers' steps (domain ai.onnx.preview.training): what Adagrad, Adam and Momentum share.
//
// Inputs: R, T, then X₁ … Xₙ, G₁ … Gₙ and each further state's n tensors; outputs: the new X₁ … Xₙ and the new
// states in the same order. R is a float of one element, T an int64: the count of updates before.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

struct OptimizerCoefficients {
  double norm, norm_post, alpha, beta, epsilon, decay;
  bool nesterov;
};

// One element: x, its gradient (regularized by norm · x already), its states, which are replaced. Returns the
// new x.
using OptimizerUpdate = double (*)(const OptimizerCoefficients& c, double rate, int64_t count,
                                   double x, double gradient, double* states);

Status infer_optimizer(Inference& in, size_t states);
Status lower_optimizer(Lowering& low, size_t states, OptimizerUpdate update,
                       const OptimizerCoefficients& coefficients);

}  // namespace inlay::ops
