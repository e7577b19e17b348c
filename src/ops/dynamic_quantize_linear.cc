// DynamicQuantizeLinear (ONNX 11…): x as uint8, with the scale and the zero point that its extremes say.
#include <algorithm>
#include <cmath>

#include "kernels/quantize.h"
#include "ops/dynamic_quantizing.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

using kernels::Extremes;

constexpr int64_t kElementsPerTask = 1 << 14;

// The least and the greatest of 0 and all elements.
Result<Extremes> extremes_of(RunServices& run, const float* x, int64_t count) {
  const int64_t tasks = (count + kElementsPerTask - 1) / kElementsPerTask;
  INLAY_ASSIGN(std::byte* const memory,
               run.scratch(tasks * static_cast<int64_t>(sizeof(Extremes))));
  auto* const parts = reinterpret_cast<Extremes*>(memory);
  run.pool().parallel_for(tasks, [&](int64_t task) {
    const int64_t begin = task * kElementsPerTask;
    const int64_t n = std::min(kElementsPerTask, count - begin);
    parts[task] = kernels::quantize_kernel().extremes(x + begin, n, {0, 0});
  });
  Extremes all{0, 0};
  for (int64_t task = 0; task < tasks; ++task) {
    all.low = std::min(all.low, parts[task].low);
    all.high = std::max(all.high, parts[task].high);
  }
  return all;
}

// Operands: x, y, scale, zero point. Sizes: elements.
Status run_dynamic_quantize(const StepCall& call) {
  const int64_t count = call.sizes[0];
  const auto* x = call.at<const float>(0);
  INLAY_ASSIGN(const Extremes all, extremes_of(call.run, x, count));
  const float scale = all.low == all.high ? 1.0f : (all.high - all.low) / 255.0f;
  const float moved = 0.0f - all.low / scale;  // NaN where an extreme is infinite
  const float zero = std::nearbyint(moved > 0 ? std::min(moved, 255.0f) : 0);
  const int64_t tasks = (count + kElementsPerTask - 1) / kElementsPerTask;
  call.run.pool().parallel_for(tasks, [&](int64_t task) {
    const int64_t begin = task * kElementsPerTask;
    kernels::quantize_kernel().to_bytes(x + begin, std::min(kElementsPerTask, count - begin),
                                        {&scale, &zero, 0, false}, call.at<uint8_t>(1) + begin);
  });
  if (call.data[2]) *call.at<float>(2) = scale;
  if (call.data[3]) *call.at<uint8_t>(3) = static_cast<uint8_t>(zero);
  return Status();
}

}  // namespace

Lowering::StepSpec dynamic_quantize_step(Expr count, Operand x, Operand y, Operand scale,
                                         Operand zero_point) {
  return {run_dynamic_quantize, {x, y, scale, zero_point}, {count}, nullptr};
}

Status infer_dynamic_quantize_linear(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, DType::kUint8, std::move(shape));
  in.set_output(1, DType::kFloat32, {});
  in.set_output(2, DType::kUint8, {});
  return Status();
}

Status lower_dynamic_quantize_linear(Lowering& low) {
  const Expr count = low.count(low.input_shape(0));
  const Operand y = low.wants(0) ? low.output(0) : low.memory(count);
  low.step(dynamic_quantize_step(count, low.dense(0), y, low.output(1), low.output(2)));
  return Status();
}

}  // namespace inlay::ops
