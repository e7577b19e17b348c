#include "ops/cross_entropy.h"

#include <optional>

#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

enum class Reduction { kNone, kSum, kMean };

std::optional<Reduction> reduction_of(const graph::Node& node) {
  const std::string_view name = node.text("reduction", "mean");
  if (name == "none") return Reduction::kNone;
  if (name == "sum") return Reduction::kSum;
  if (name == "mean") return Reduction::kMean;
  return {};
}

struct LossParams {
  Reduction reduction;
  std::optional<int64_t> ignored;
  bool narrow;
};

// Operands: log-probabilities, target, weight or none, loss. Sizes: N, classes, D.
template <class T>
Status run_loss(const StepCall& call) {
  const auto& params = call.as<LossParams>();
  const int64_t classes = call.sizes[1], d = call.sizes[2], count = call.sizes[0] * d;
  const Indices target{call.data[1], params.narrow};
  double sum = 0, weights = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t label = target.raw(i);
    double loss = 0, weight = 0;
    if (label != params.ignored) {
      if (label < 0 || label >= classes)
        return invalid("target {} at position {}: expected one in [0, {})", label, i, classes);
      weight = call.data[2] ? static_cast<double>(call.at<const T>(2)[label]) : 1;
      loss =
          -weight * static_cast<double>(call.at<const T>(0)[(i / d * classes + label) * d + i % d]);
    }
    sum += loss;
    weights += weight;
    if (params.reduction == Reduction::kNone)
      call.at<T>(3)[i] = static_cast<T>(static_cast<Wide<T>>(loss));
  }
  if (params.reduction == Reduction::kMean) sum /= weights;
  if (params.reduction != Reduction::kNone)
    call.at<T>(3)[0] = static_cast<T>(static_cast<Wide<T>>(sum));
  return Status();
}

constexpr auto kLoss = []<class T>(std::type_identity<T>) -> StepFn { return run_loss<T>; };

}  // namespace

Status infer_cross_entropy(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64, DType::kInt32}));
  const auto reduction = reduction_of(in.node());
  if (!reduction)
    return in.error("reduction: expected none, sum or mean, found {}",
                    quote(in.node().text("reduction", "mean")));
  INLAY_ASSIGN(const Shape scores, in.shape(0));
  INLAY_ASSIGN(const Shape target, in.shape(1));
  if (scores.size() < 2 || target.size() + 1 != scores.size())
    return in.error("expected a target of one dimension less than the scores, found {} and {}",
                    target.size(), scores.size());
  for (size_t axis = 0; axis < target.size(); ++axis)
    INLAY_TRY(in.expect_equal(target[axis], scores[axis == 0 ? 0 : axis + 1], "target"));
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape weight, in.shape(2));
    if (weight.size() != 1)
      return in.error("input 2: expected 1 dimension, found {}", weight.size());
    INLAY_TRY(in.expect_equal(weight[0], scores[1], "weights of classes"));
  }
  in.set_output(0, in.dtype(0), *reduction == Reduction::kNone ? target : Shape());
  return Status();
}

Status lower_negative_log_likelihood(Lowering& low, Operand log_probabilities) {
  LossParams params{*reduction_of(low.node()), {}, low.input_type(1).dtype == DType::kInt32};
  if (low.node().attributes.count("ignore_index"))
    params.ignored = low.node().integer("ignore_index", 0);
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), 1);
  const Operand target = low.dense(1), weight = low.dense(2);
  low.step({for_type(low.input_type(0).dtype, Floats(), kLoss),
            {log_probabilities, target, weight, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<LossParams>(params)});
  return Status();
}

}  // namespace inlay::ops
