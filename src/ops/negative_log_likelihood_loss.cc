// NegativeLogLikelihoodLoss (ONNX 12…): -weight[class] · input[class], each, summed, or averaged by weight.
#include "ops/cross_entropy.h"

namespace inlay::ops {

Status infer_negative_log_likelihood_loss(Inference& in) { return infer_cross_entropy(in); }

Status lower_negative_log_likelihood_loss(Lowering& low) {
  return lower_negative_log_likelihood(low, low.dense(0));
}

}  // namespace inlay::ops
