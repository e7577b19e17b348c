// Adam (ai.onnx.preview.training 1): steps along the mean of gradients, divided by the root of the mean of their
// squares, both with less weight on older ones.
#include <cmath>

#include "ops/preview_training.h"

namespace inlay::ops {
namespace {

double update(const OptimizerCoefficients& c, double rate, int64_t count, double x, double gradient,
              double* states) {
  states[0] = c.alpha * states[0] + (1 - c.alpha) * gradient;
  states[1] = c.beta * states[1] + (1 - c.beta) * gradient * gradient;
  const auto t = static_cast<double>(count);
  const double adjusted =
      count > 0 ? rate * std::sqrt(1 - std::pow(c.beta, t)) / (1 - std::pow(c.alpha, t)) : rate;
  const double next = x - adjusted * states[0] / (std::sqrt(states[1]) + c.epsilon);
  return (1 - c.norm_post) * next;
}

}  // namespace

Status infer_adam(Inference& in) { return infer_optimizer(in, 2); }

Status lower_adam(Lowering& low) {
  const graph::Node& node = low.node();
  OptimizerCoefficients c{};
  c.norm = static_cast<double>(node.real("norm_coefficient", 0));
  c.norm_post = static_cast<double>(node.real("norm_coefficient_post", 0));
  c.alpha = static_cast<double>(node.real("alpha", 0.9f));
  c.beta = static_cast<double>(node.real("beta", 0.999f));
  c.epsilon = static_cast<double>(node.real("epsilon", 1e-6f));
  return lower_optimizer(low, 2, update, c);
}

}  // namespace inlay::ops
