#include "ops/pooling.h"

namespace inlay::ops {

Status infer_pool(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const auto axes, pool_windows(in.graph(), in.node(), shape));
  for (size_t a = 0; a < axes.size(); ++a) shape[2 + a] = axes[a].out;
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_pool(Lowering& low, StepFn run, std::shared_ptr<const void> params,
                  std::vector<Operand> more) {
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  const Shape& shape = low.input_shape(0);
  INLAY_ASSIGN(const auto axes, pool_windows(low.graph(), low.node(), shape));
  Lowering::StepSpec spec{
      run, {low.dense(0), low.output(0)}, {low.exprs().mul(shape[0], shape[1])}, std::move(params)};
  spec.operands.insert(spec.operands.end(), more.begin(), more.end());
  push_axes(low.exprs(), spec.sizes, axes);
  low.step(std::move(spec));
  return Status();
}

bool fits_bands(const Lowering& low) {
  constexpr int64_t kMostTaps = 1 << 20;
  if (low.input_type(0).dtype != DType::kFloat32 || low.input_shape(0).size() > 5) return false;
  int64_t taps = 1;
  for (int64_t size : *low.node().integers("kernel_shape")) {
    if (size > kMostTaps / taps) return false;
    taps *= size;
  }
  return true;
}

PoolProblem::PoolProblem(const StepCall& call, int64_t at_least)
    : planes(call.sizes[0]),
      axes(read_axes(call.sizes + 1, call.as<PoolParams>().rank, at_least)),
      image(in_count(axes)),
      outputs(out_count(axes)) {}

Status infer_global_pool(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() < 2)
    return in.error("input 0: expected at least 2 dimensions, found {}", shape.size());
  for (size_t a = 2; a < shape.size(); ++a) shape[a] = in.constant(1);
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

std::vector<bool> spatial_axes(const Shape& shape) {
  std::vector<bool> out(shape.size(), true);
  out[0] = out[1] = false;
  return out;
}

}  // namespace inlay::ops
