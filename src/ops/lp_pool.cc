// LpPool (ONNX 1…): the p-norm of each window.
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct LpParams : PoolParams {
  double p;
};

// Operands: x, y.
template <class T>
Status run_plain(const StepCall& call) {
  const PoolProblem problem(call);
  INLAY_TRY(check_axes(problem.axes));
  const double p = call.as<LpParams>().p;
  for_each_output(call, problem, [&](int64_t plane, int64_t position) {
    const T* x = call.at<const T>(0) + plane * problem.image;
    double sum = 0;
    for_each_tap(problem.axes, position, [&](int64_t, int64_t offset) {
      sum += lp_term(static_cast<double>(x[offset]), p);
    });
    call.at<T>(1)[plane * problem.outputs + position] = from_sum<T>(lp_root(sum, p));
  });
  return Status();
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

}  // namespace

Status infer_lp_pool(Inference& in) {
  if (p_of(in.node()) < 1) return in.error("p: expected at least 1, found {}", p_of(in.node()));
  return infer_pool(in);
}

Status lower_lp_pool(Lowering& low) {
  LpParams params{};
  params.rank = static_cast<int64_t>(low.input_shape(0).size()) - 2;
  params.p = p_of(low.node());
  return lower_pool(low, for_type(low.input_type(0).dtype, Floats(), kPlain),
                    std::make_shared<LpParams>(params));
}

}  // namespace inlay::ops
