// The losses of classes: what NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss share.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Inputs: scores [N, classes, D…], target [N, D…], weight [classes] or none; output 0: the loss.
Status infer_cross_entropy(Inference& in);

// The loss of log-probabilities; `log_probabilities` is dense and has the shape of input 0.
Status lower_negative_log_likelihood(Lowering& low, Operand log_probabilities);

}  // namespace inlay::ops
