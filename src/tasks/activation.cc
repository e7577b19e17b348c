#include "tasks/activation.h"

#include <algorithm>
#include <cmath>

namespace inlay::tasks {

void softmax(std::span<float> logits, float temperature) {
  if (logits.empty()) return;
  const float best = *std::max_element(logits.begin(), logits.end());
  float sum = 0;
  for (float& logit : logits) sum += logit = std::exp((logit - best) / temperature);
  for (float& logit : logits) logit /= sum;
}

void apply_activation(Activation activation, std::span<float> logits) {
  if (activation == Activation::kSoftmax) softmax(logits);
  if (activation == Activation::kSigmoid)
    for (float& logit : logits) logit = 1 / (1 + std::exp(-logit));
}

}  // namespace inlay::tasks
