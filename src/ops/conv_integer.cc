// ConvInteger (ONNX 10…): a convolution of 8-bit integers less their zero points as int32.
#include "ops/integer_convolution.h"

namespace inlay::ops {
namespace {

constexpr ConvolutionInputs kInputs{0, 1, 2, 3};

void write_sums(const ConvolutionSums& s, const void* target) {
  auto* const y = *static_cast<int32_t* const*>(target);
  for (int64_t j = 0; j < s.filters; ++j) {
    int32_t* to = y + (s.batch * s.all_filters + s.filter + j) * s.all_positions + s.position;
    for (int64_t i = 0; i < s.count; ++i) to[i] = s.sums[i * s.stride + j];
  }
}

// Operands behind those of the convolution: y.
Status run_conv(const StepCall& call) {
  const auto& params = call.as<IntegerConvolutionParams>();
  int32_t* const y = call.at<int32_t>(params.operands);
  return run_integer_convolution(call, params, {write_sums, &y});
}

}  // namespace

Status infer_conv_integer(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 4));
  INLAY_ASSIGN(Shape shape, infer_integer_convolution(in, kInputs));
  in.set_output(0, DType::kInt32, std::move(shape));
  return Status();
}

Status lower_conv_integer(Lowering& low) {
  Lowering::StepSpec spec{run_conv, {}, {}, nullptr};
  INLAY_ASSIGN(const auto params, push_integer_convolution(low, kInputs, spec));
  spec.operands.push_back(low.output(0));
  spec.params = std::make_shared<IntegerConvolutionParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
