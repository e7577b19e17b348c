// QLinearConv (ONNX 10…): quantize(conv(dequantize(x), dequantize(w)) + bias), computed with integers.
#include "kernels/quantize.h"
#include "ops/byte_planes.h"
#include "ops/integer_convolution.h"
#include "ops/integer_product.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kX, kXScale, kXZero, kW, kWScale, kWZero, kYScale, kYZero, kBias };
constexpr ConvolutionInputs kInputs{kX, kW, kXZero, kWZero};

struct QLinearConvParams {
  IntegerConvolutionParams convolution;
  bool y_signed;
};

struct Target {
  uint8_t* y;
  kernels::ByteScales scales;
};

void write_quantized(const ConvolutionSums& s, const void* target) {
  const auto& t = *static_cast<const Target*>(target);
  auto* const bytes = reinterpret_cast<uint8_t*>(s.memory);
  kernels::quantize_kernel().to_bytes(s.floats, s.count * s.stride, t.scales, bytes);
  uint8_t* const to = t.y + (s.batch * s.all_filters + s.filter) * s.all_positions + s.position;
  transpose_bytes({bytes, s.stride, to, s.all_positions, s.count, s.filters});
}

// The factor of each filter's sums.
Result<const float*> factors(const StepCall& call, size_t scales, int64_t filters,
                             int64_t w_scales) {
  INLAY_ASSIGN(std::byte* const memory,
               call.run.scratch(filters * static_cast<int64_t>(sizeof(float))));
  auto* const out = reinterpret_cast<float*>(memory);
  const float x = *call.at<const float>(scales), y = *call.at<const float>(scales + 2);
  const auto* w = call.at<const float>(scales + 1);
  for (int64_t i = 0; i < filters; ++i) out[i] = x * w[w_scales > 1 ? i : 0] / y;
  return out;
}

// Operands behind those of the convolution: scales of x, w and y, y's zero point, bias or none, y.
// Sizes: how many scales w has, and filters.
Status run_q_linear_conv(const StepCall& call) {
  const auto& p = call.as<QLinearConvParams>();
  const size_t at = p.convolution.operands;
  const int64_t* sizes = call.sizes + p.convolution.sizes;
  int32_t whole_zero = 0;
  read_zero_points(call.data[at + 3], p.y_signed, 1, 0, &whole_zero);
  const float one = 1, zero = static_cast<float>(whole_zero);
  const Target target{call.at<uint8_t>(at + 5), {&one, &zero, 0, p.y_signed}};
  ConvolutionResult result{write_quantized, &target, call.at<const int32_t>(at + 4)};
  INLAY_ASSIGN(result.scale, factors(call, at, sizes[1], sizes[0]));
  return run_integer_convolution(call, p.convolution, result);
}

Status expect_one(Inference& in, size_t input, std::string_view what) {
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  return in.expect_equal(in.exprs().product(shape), in.constant(1), what);
}

}  // namespace

Status infer_q_linear_conv(Inference& in) {
  INLAY_TRY(in.expect_inputs(8, 9));
  for (size_t i = 0; i < 8; ++i)
    if (!in.has(i)) return in.error("input {} is missing", i);
  for (size_t i : {kXScale, kWScale, kYScale}) INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
  INLAY_TRY(in.expect_dtype(kYZero, {DType::kUint8, DType::kInt8}));
  INLAY_TRY(expect_one(in, kXScale, "scales of x"));
  INLAY_TRY(expect_one(in, kYScale, "scales of y"));
  INLAY_TRY(expect_one(in, kYZero, "zero points of y"));
  INLAY_ASSIGN(Shape shape, infer_integer_convolution(in, kInputs));
  INLAY_TRY(expect_one_or(in, kWScale, shape[1], "scales of filters"));
  if (in.has(kBias)) {
    INLAY_TRY(in.expect_dtype(kBias, {DType::kInt32}));
    INLAY_ASSIGN(const Shape bias, in.shape(kBias));
    INLAY_TRY(in.expect_equal(in.exprs().product(bias), shape[1], "bias"));
  }
  in.set_output(0, in.dtype(kYZero), std::move(shape));
  return Status();
}

Status lower_q_linear_conv(Lowering& low) {
  Lowering::StepSpec spec{run_q_linear_conv, {}, {}, nullptr};
  auto params = std::make_shared<QLinearConvParams>();
  INLAY_ASSIGN(params->convolution, push_integer_convolution(low, kInputs, spec));
  params->y_signed = low.output_type(0).dtype == DType::kInt8;
  for (size_t i : {kXScale, kWScale, kYScale, kYZero, kBias}) spec.operands.push_back(low.dense(i));
  spec.operands.push_back(low.output(0));
  spec.sizes.push_back(low.count(low.input_shape(kWScale)));
  spec.sizes.push_back(low.input_shape(kW)[0]);
  spec.params = std::move(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
