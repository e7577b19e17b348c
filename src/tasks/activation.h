// From a head's logits to scores.
#pragma once

#include <cstdint>
#include <span>

namespace inlay::tasks {

// The numbers are those of inlay_activation in inlay.h.
enum class Activation : uint8_t {
  kDefault = 0,  // as the model's configuration says
  kSoftmax = 1,
  kSigmoid = 2,
  kNone = 3
};

// exp(logit / temperature) over the sum of all, in place.
void softmax(std::span<float> logits, float temperature = 1);

// Of one text's logits, in place. Requires another than kDefault.
void apply_activation(Activation activation, std::span<float> logits);

}  // namespace inlay::tasks
