// Bernoulli (ONNX 15…): 1 with the probability that the element says, else 0.
#include "ops/element_types.h"
#include "ops/random.h"

namespace inlay::ops {
namespace {

struct BernoulliParams {
  uint64_t seed;
  void (*store)(std::byte* to, int64_t i, bool one);
};

// Operands: probabilities, y. Sizes: count.
template <class T>
Status run_bernoulli(const StepCall& call) {
  const auto& params = call.as<BernoulliParams>();
  for (int64_t i = 0; i < call.sizes[0]; ++i) {
    const double p = static_cast<double>(call.at<const T>(0)[i]);
    params.store(call.data[1], i, random_uniform(params.seed, static_cast<uint64_t>(i)) < p);
  }
  return Status();
}

constexpr auto kBernoulli = []<class T>(std::type_identity<T>) -> StepFn {
  return run_bernoulli<T>;
};
using Store = void (*)(std::byte* to, int64_t i, bool one);
constexpr auto kStore = []<class T>(std::type_identity<T>) -> Store {
  return [](std::byte* to, int64_t i, bool one) {
    reinterpret_cast<T*>(to)[i] = static_cast<T>(one ? 1.0f : 0.0f);
  };
};

}  // namespace

Status infer_bernoulli(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const auto dtype =
      static_cast<DType>(in.node().integer("dtype", static_cast<int64_t>(in.dtype(0))));
  if (!is_one_of(dtype, NumbersAndBool()))
    return in.error("dtype: {} is not supported", graph::dtype_text(dtype));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, dtype, std::move(shape));
  return Status();
}

Status lower_bernoulli(Lowering& low) {
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kBernoulli),
            {x, low.output(0)},
            {low.count(low.output_shape(0))},
            std::make_shared<BernoulliParams>(
                BernoulliParams{random_seed(low.node()),
                                for_type(low.output_type(0).dtype, NumbersAndBool(), kStore)})});
  return Status();
}

}  // namespace inlay::ops
