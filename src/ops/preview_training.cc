#include "ops/preview_training.h"

#include "ops/element_types.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

using OptimizerTypes = Types<float, double>;
constexpr size_t kMostStates = 2;

struct OptimizerParams {
  OptimizerUpdate update;
  OptimizerCoefficients coefficients;
  size_t states;
  bool rate_is_double;
};

// Operands: rate, count, x, gradient, states, new x, new states. Sizes: elements.
template <class T>
Status run_optimizer(const StepCall& call) {
  const auto& params = call.as<OptimizerParams>();
  const double rate = params.rate_is_double ? *call.at<const double>(0)
                                            : static_cast<double>(*call.at<const float>(0));
  const int64_t count = *call.at<const int64_t>(1);
  constexpr int64_t kElementsPerTask = 1 << 14;
  const size_t out = 4 + params.states;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      double states[kMostStates];
      for (size_t s = 0; s < params.states; ++s)
        states[s] = static_cast<double>(call.at<const T>(4 + s)[i]);
      const auto x = static_cast<double>(call.at<const T>(2)[i]);
      const double gradient =
          params.coefficients.norm * x + static_cast<double>(call.at<const T>(3)[i]);
      call.at<T>(out)[i] =
          static_cast<T>(params.update(params.coefficients, rate, count, x, gradient, states));
      for (size_t s = 0; s < params.states; ++s)
        call.at<T>(out + 1 + s)[i] = static_cast<T>(states[s]);
    }
  });
  return Status();
}

constexpr auto kOptimizer = []<class T>(std::type_identity<T>) -> StepFn {
  return run_optimizer<T>;
};

}  // namespace

Status infer_optimizer(Inference& in, size_t states) {
  const size_t kinds = 2 + states, tensors = in.input_count() < 2 ? 0 : in.input_count() - 2;
  if (tensors == 0 || tensors % kinds != 0)
    return in.error("expected 2 inputs and {} for each tensor, found {}", kinds, in.input_count());
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32, DType::kFloat64}));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  for (size_t i = 0; i < 2; ++i) {
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "elements"));
  }
  const size_t n = tensors / kinds;
  for (size_t i = 0; i < tensors; ++i) {
    const size_t x = 2 + i % n;
    INLAY_TRY(in.expect_dtype(2 + i, {DType::kFloat32, DType::kFloat64}));
    INLAY_TRY(in.expect_dtype(2 + i, {in.dtype(x)}));
    INLAY_ASSIGN(const Shape expected, in.shape(x));
    INLAY_ASSIGN(const Shape shape, in.shape(2 + i));
    if (shape.size() != expected.size())
      return in.error("input {}: expected {} dimensions, found {}", 2 + i, expected.size(),
                      shape.size());
    for (size_t axis = 0; axis < shape.size(); ++axis)
      INLAY_TRY(in.expect_equal(shape[axis], expected[axis], format("input {}", 2 + i)));
    // New tensors stand in the order of the old ones, without gradients.
    if (i < n) in.set_output(i, in.dtype(x), shape);
    if (i >= 2 * n) in.set_output(i - n, in.dtype(x), shape);
  }
  return Status();
}

Status lower_optimizer(Lowering& low, size_t states, OptimizerUpdate update,
                       const OptimizerCoefficients& coefficients) {
  const size_t n = (low.node().inputs.size() - 2) / (2 + states);
  const Operand rate = low.dense(0), count = low.dense(1);
  for (size_t i = 0; i < n; ++i) {
    std::vector<Operand> operands = {rate, count};
    for (size_t kind = 0; kind < 2 + states; ++kind)
      operands.push_back(low.dense(2 + kind * n + i));
    for (size_t kind = 0; kind < 1 + states; ++kind) {
      if (!low.wants(kind * n + i)) return low.error("output {} is left out", kind * n + i);
      operands.push_back(low.output(kind * n + i));
    }
    low.step({for_type(low.input_type(2 + i).dtype, OptimizerTypes(), kOptimizer),
              std::move(operands),
              {low.count(low.input_shape(2 + i))},
              std::make_shared<OptimizerParams>(OptimizerParams{
                  update, coefficients, states, low.input_type(0).dtype == DType::kFloat64})});
  }
  return Status();
}

}  // namespace inlay::ops
