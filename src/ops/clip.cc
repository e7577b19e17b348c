// Clip (ONNX 1…): min(max(x, low), high). The ends are attributes before 11, inputs of one element
// since.
#include "kernels/activation.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

template <class T>
void clip_elements(const T* x, T low, T high, T* y, int64_t n) {
  if constexpr (std::is_same_v<T, float>) {
    kernels::parametric(kernels::Parametric::kClip, {low, high}, x, y, n);
  } else {
    for (int64_t i = 0; i < n; ++i) {
      const T raised = x[i] < low ? low : x[i];
      y[i] = raised > high ? high : raised;
    }
  }
}

// Operands: x, low or none, high or none, y. Sizes: count.
template <class T>
Status run_clip(const StepCall& call) {
  const T low = call.data[1] ? *call.at<const T>(1) : lowest_of<T>();
  const T high = call.data[2] ? *call.at<const T>(2) : highest_of<T>();
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask, [&](int64_t begin, int64_t end) {
    clip_elements(call.at<const T>(0) + begin, low, high, call.at<T>(3) + begin, end - begin);
  });
  return Status();
}

struct AttributeParams {
  float low, high;
};

Status run_clip_by_attributes(const StepCall& call) {
  const auto& params = call.as<AttributeParams>();
  clip_elements(call.at<const float>(0), params.low, params.high, call.at<float>(1), call.sizes[0]);
  return Status();
}

constexpr auto kClip = []<class T>(std::type_identity<T>) -> StepFn { return run_clip<T>; };

constexpr int kEndsAreInputs = 11;

}  // namespace

Status infer_clip(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 3));
  for (size_t i = 1; i < in.input_count(); ++i) {
    if (!in.has(i)) continue;
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "elements of an end"));
  }
  if (in.node().version < kEndsAreInputs) INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_clip(Lowering& low) {
  const Operand x = low.dense(0);
  const Expr count = low.count(low.input_shape(0));
  if (low.node().version < kEndsAreInputs) {
    const AttributeParams params{low.node().real("min", lowest_of<float>()),
                                 low.node().real("max", highest_of<float>())};
    low.step({run_clip_by_attributes,
              {x, low.output_over(0, 0)},
              {count},
              std::make_shared<AttributeParams>(params)});
    return Status();
  }
  const StepFn run = for_type(low.input_type(0).dtype, Numbers(), kClip);
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const Operand least = low.dense(1), most = low.dense(2);
  low.step({run, {x, least, most, low.output_over(0, 0)}, {count}, nullptr});
  return Status();
}

}  // namespace inlay::ops
