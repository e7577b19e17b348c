#include "ops/scaled_product.h"

#include "ops/dynamic_quantizing.h"

namespace inlay::ops {
namespace {

struct ScaledProductParams {
  IntegerProductParams product;
  kernels::Activation activation;
};

// Operands behind those of the product: a's scale, b's scales, bias or none, y. Sizes: how many
// scales b has.
Status run_scaled(const StepCall& call) {
  const auto& p = call.as<ScaledProductParams>();
  const auto at = static_cast<size_t>(p.product.outputs);
  const int64_t scales = call.sizes[p.product.sizes];
  INLAY_ASSIGN(std::byte* const memory,
               call.run.scratch(scales * static_cast<int64_t>(sizeof(float))));
  auto* const both = reinterpret_cast<float*>(memory);
  const float a_scale = *call.at<const float>(at);
  for (int64_t i = 0; i < scales; ++i) both[i] = a_scale * call.at<const float>(at + 1)[i];
  IntegerResult result;
  result.y = call.at<float>(at + 3);
  result.scale = both;
  result.scale_stride = scales > 1 ? 1 : 0;
  result.bias = call.at<const float>(at + 2);
  result.activation = p.activation;
  return run_integer_product(call, p.product, result);
}

Operand dense_or_none(Lowering& low, int input) {
  return input < 0 ? Operand{} : low.dense(static_cast<size_t>(input));
}

void finish_step(Lowering& low, const ScaledInputs& inputs, Operand a_scale,
                 std::shared_ptr<ScaledProductParams> params, Lowering::StepSpec spec) {
  const auto b_scale = static_cast<size_t>(inputs.b_scale);
  spec.operands.insert(spec.operands.end(), {a_scale, low.dense(b_scale),
                                             dense_or_none(low, inputs.bias), low.output(0)});
  spec.sizes.push_back(low.count(low.input_shape(b_scale)));
  spec.params = std::move(params);
  low.step(std::move(spec));
}

}  // namespace

Result<Shape> infer_scaled_product(Inference& in, const ScaledInputs& inputs) {
  INLAY_ASSIGN(Shape shape, infer_integer_product(in, inputs.product));
  if (shape.empty()) return in.error("expected matrices, found vectors");
  const auto b_scale = static_cast<size_t>(inputs.b_scale);
  if (inputs.a_scale >= 0) {
    const auto a_scale = static_cast<size_t>(inputs.a_scale);
    INLAY_TRY(in.expect_dtype(a_scale, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape scale, in.shape(a_scale));
    INLAY_TRY(in.expect_equal(in.exprs().product(scale), in.constant(1), "scales of input 0"));
  }
  INLAY_TRY(in.expect_dtype(b_scale, {DType::kFloat32}));
  INLAY_ASSIGN(const Shape scale, in.shape(b_scale));
  const Expr scales = in.exprs().product(scale);
  if (!in.exprs().is(scales, 1)) INLAY_TRY(in.expect_equal(scales, shape.back(), "scales"));
  if (inputs.bias >= 0 && in.has(static_cast<size_t>(inputs.bias))) {
    const auto bias = static_cast<size_t>(inputs.bias);
    INLAY_TRY(in.expect_dtype(bias, {DType::kFloat32}));
    INLAY_ASSIGN(const Shape of_bias, in.shape(bias));
    INLAY_TRY(in.expect_equal(in.exprs().product(of_bias), shape.back(), "bias"));
  }
  return shape;
}

Status lower_scaled_product(Lowering& low, const ScaledInputs& inputs,
                            kernels::Activation activation) {
  Lowering::StepSpec spec{run_scaled, {}, {}, nullptr};
  auto params = std::make_shared<ScaledProductParams>();
  params->activation = activation;
  params->product = push_integer_product(low, inputs.product, spec);
  finish_step(low, inputs, dense_or_none(low, inputs.a_scale), std::move(params), std::move(spec));
  return Status();
}

Status lower_dynamic_product(Lowering& low, const ScaledInputs& inputs) {
  const auto a = static_cast<size_t>(inputs.product.a);
  const Shape& shape = low.input_shape(a);
  const Expr count = low.count(shape);
  const Operand quantized = low.memory(count), zero = low.memory(low.constant(1));
  const Operand scale = low.memory(low.constant(sizeof(float)));
  low.step(dynamic_quantize_step(count, low.dense(a), quantized, scale, zero));
  Lowering::StepSpec spec{run_scaled, {}, {}, nullptr};
  auto params = std::make_shared<ScaledProductParams>();
  params->activation = kernels::Activation::kNone;
  params->product =
      push_integer_product(low, inputs.product, quantized, shape, DType::kUint8, zero, spec);
  finish_step(low, inputs, scale, std::move(params), std::move(spec));
  return Status();
}

}  // namespace inlay::ops
