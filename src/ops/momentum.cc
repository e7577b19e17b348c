// Momentum (ai.onnx.preview.training 1): steps along a sum of gradients with less weight on older ones; "mode"
// is standard or nesterov, which looks one step ahead.
#include "ops/preview_training.h"

namespace inlay::ops {
namespace {

double update(const OptimizerCoefficients& c, double rate, int64_t count, double x, double gradient,
              double* momentum) {
  *momentum = c.alpha * *momentum + (count > 0 ? c.beta : 1) * gradient;
  return x - rate * (c.nesterov ? gradient + c.alpha * *momentum : *momentum);
}

}  // namespace

Status infer_momentum(Inference& in) {
  const std::string_view mode = in.node().text("mode", "");
  if (mode != "standard" && mode != "nesterov")
    return in.error("mode: expected standard or nesterov, found {}", quote(mode));
  return infer_optimizer(in, 1);
}

Status lower_momentum(Lowering& low) {
  const graph::Node& node = low.node();
  OptimizerCoefficients c{};
  c.norm = static_cast<double>(node.real("norm_coefficient", 0));
  c.alpha = static_cast<double>(node.real("alpha", 0));
  c.beta = static_cast<double>(node.real("beta", 0));
  c.nesterov = node.text("mode", "") == "nesterov";
  return lower_optimizer(low, 1, update, c);
}

}  // namespace inlay::ops
