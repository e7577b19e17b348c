// LayerNorm (domain "inlay"): (x + residual) normalized over the last axis, times gamma, plus beta.
//
// Inputs: x [..., n], residual as x or none, gamma [n], beta [n] or none. Attributes: "epsilon";
// "rms" = 1: the mean is taken as 0.
#include "kernels/layer_norm.h"

#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct LayerNormParams {
  float epsilon;
  bool rms;
};

// Operands: x, residual, gamma, beta, output. Sizes: rows, columns.
Status run_layer_norm(const StepCall& call) {
  const int64_t rows = call.sizes[0], columns = call.sizes[1];
  kernels::LayerNormArgs args{};
  args.x = call.at<const float>(0);
  args.residual = call.at<const float>(1);
  args.gamma = call.at<const float>(2);
  args.beta = call.at<const float>(3);
  args.y = call.at<float>(4);
  args.columns = columns;
  args.x_stride = args.residual_stride = args.y_stride = columns;
  args.epsilon = call.as<LayerNormParams>().epsilon;
  args.rms = call.as<LayerNormParams>().rms;
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), rows, kElementsPerTask / std::max<int64_t>(1, columns) + 1,
                 [&](int64_t begin, int64_t end) { kernels::layer_norm(args, begin, end); });
  return Status();
}

}  // namespace

Status infer_layer_norm(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 4));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty()) return in.error("input 0: expected at least one dimension");
  for (size_t vector = 2; vector < in.input_count(); ++vector) {
    if (!in.has(vector)) continue;
    INLAY_ASSIGN(const Shape scale, in.shape(vector));
    if (scale.size() != 1)
      return in.error("input {}: expected 1 dimension, found {}", vector, scale.size());
    INLAY_TRY(in.expect_equal(scale[0], shape.back(), "scale and bias"));
  }
  if (in.has(1)) {
    INLAY_ASSIGN(const Shape residual, in.shape(1));
    if (residual != shape) return in.error("input 1: expected the shape of input 0");
  }
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_layer_norm(Lowering& low) {
  Shape rows = low.input_shape(0);
  const Expr columns = rows.back();
  rows.pop_back();
  const Operand x = low.dense(0), residual = low.dense(1), gamma = low.dense(2),
                beta = low.dense(3);
  low.step({run_layer_norm,
            {x, residual, gamma, beta, low.output_over(0, 0)},
            {low.count(rows), columns},
            std::make_shared<LayerNormParams>(LayerNormParams{low.node().real("epsilon", 1e-5f),
                                                              low.node().integer("rms", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
