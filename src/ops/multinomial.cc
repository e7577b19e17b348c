// Multinomial (ONNX 7…): "sample_size" classes for each row of unnormalized log-probabilities.
#include <cmath>
#include <vector>

#include "ops/element_types.h"
#include "ops/random.h"

namespace inlay::ops {
namespace {

struct MultinomialParams {
  uint64_t seed;
  bool narrow;
};

// Operands: log-probabilities, classes. Sizes: rows, classes, samples.
template <class T>
Status run_multinomial(const StepCall& call) {
  const auto& params = call.as<MultinomialParams>();
  const int64_t classes = call.sizes[1], samples = call.sizes[2];
  if (classes < 1 && call.sizes[0] * samples > 0) return invalid("expected classes, found none");
  std::vector<double> sums(static_cast<size_t>(classes));
  for (int64_t row = 0; row < call.sizes[0]; ++row) {
    const T* x = call.at<const T>(0) + row * classes;
    double highest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < classes; ++i) highest = std::fmax(highest, static_cast<double>(x[i]));
    for (int64_t i = 0; i < classes; ++i)
      sums[static_cast<size_t>(i)] = sum += std::exp(static_cast<double>(x[i]) - highest);
    for (int64_t at = row * samples; at < (row + 1) * samples; ++at) {
      const double wanted = sum * random_uniform(params.seed, static_cast<uint64_t>(at));
      int64_t found = 0;
      while (found + 1 < classes && sums[static_cast<size_t>(found)] <= wanted) ++found;
      if (params.narrow)
        call.at<int32_t>(1)[at] = static_cast<int32_t>(found);
      else
        call.at<int64_t>(1)[at] = found;
    }
  }
  return Status();
}

constexpr auto kMultinomial = []<class T>(std::type_identity<T>) -> StepFn {
  return run_multinomial<T>;
};

}  // namespace

Status infer_multinomial(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const auto dtype = static_cast<DType>(in.node().integer("dtype", 6));
  if (dtype != DType::kInt32 && dtype != DType::kInt64)
    return in.error("dtype: expected int32 or int64, found {}", graph::dtype_text(dtype));
  const int64_t samples = in.node().integer("sample_size", 1);
  if (samples < 1) return in.error("expected a sample_size above 0, found {}", samples);
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  if (shape.size() != 2) return in.error("expected 2 dimensions, found {}", shape.size());
  in.set_output(0, dtype, {shape[0], in.constant(samples)});
  return Status();
}

Status lower_multinomial(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kMultinomial),
            {x, low.output(0)},
            {shape[0], shape[1], low.output_shape(0)[1]},
            std::make_shared<MultinomialParams>(MultinomialParams{
                random_seed(low.node()), low.output_type(0).dtype == DType::kInt32})});
  return Status();
}

}  // namespace inlay::ops
