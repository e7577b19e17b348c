// Adagrad (ai.onnx.preview.training 1): steps divided by the root of all squared gradients so far.
#include <cmath>

#include "ops/preview_training.h"

namespace inlay::ops {
namespace {

double update(const OptimizerCoefficients& c, double rate, int64_t count, double x, double gradient,
              double* squares) {
  *squares += gradient * gradient;
  const double adjusted = rate / (1 + static_cast<double>(count) * c.decay);
  return x - adjusted * gradient / (std::sqrt(*squares) + c.epsilon);
}

}  // namespace

Status infer_adagrad(Inference& in) { return infer_optimizer(in, 1); }

Status lower_adagrad(Lowering& low) {
  const graph::Node& node = low.node();
  OptimizerCoefficients c{};
  c.norm = static_cast<double>(node.real("norm_coefficient", 0));
  c.epsilon = static_cast<double>(node.real("epsilon", 1e-6f));
  c.decay = static_cast<double>(node.real("decay_factor", 0));
  return lower_optimizer(low, 1, update, c);
}

}  // namespace inlay::ops
