// GlobalLpPool (ONNX 1…): the p-norm of each channel.
#include "ops/channels.h"
#include "ops/lanes.h"
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct LpParams {
  double p;
};

// Operands: x, y. Sizes: channels of all, elements of a channel.
template <class T>
Status run_global_lp(const StepCall& call) {
  const int64_t size = call.sizes[1];
  const double p = call.as<LpParams>().p;
  constexpr int64_t kElementsPerTask = 1 << 12;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (size + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t plane = begin; plane < end && !call.run.cancelled(); ++plane) {
                     const T* x = call.at<const T>(0) + plane * size;
                     double sum = 0;
                     for (int64_t i = 0; i < size; ++i)
                       sum += lp_term(static_cast<double>(x[i]), p);
                     call.at<T>(1)[plane] = from_sum<T>(lp_root(sum, p));
                   }
                 });
  return Status();
}

constexpr auto kGlobalLp = []<class T>(std::type_identity<T>) -> StepFn {
  return run_global_lp<T>;
};

}  // namespace

Status infer_global_lp_pool(Inference& in) {
  if (p_of(in.node()) < 1) return in.error("p: expected at least 1, found {}", p_of(in.node()));
  return infer_global_pool(in);
}

Status lower_global_lp_pool(Lowering& low) {
  const Shape& x = low.input_shape(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kGlobalLp),
            {low.dense(0), low.output(0)},
            {low.exprs().mul(x[0], x[1]), image_size(low.exprs(), x)},
            std::make_shared<LpParams>(LpParams{p_of(low.node())})});
  return Status();
}

}  // namespace inlay::ops
