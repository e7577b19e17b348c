// QLinearConv (ONNX 10…): quantize(conv(dequantize(x), dequantize(w)) + bias), computed with integers.
#include "ops/integer_convolution.h"
#include "ops/integer_product.h"
#include "ops/quantizing.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kX, kXScale, kXZero, kW, kWScale, kWZero, kYScale, kYZero, kBias };
constexpr ConvolutionInputs kInputs{kX, kW, kXZero, kWZero};

struct QLinearConvParams {
  IntegerConvolutionParams convolution;
  bool y_signed;
  IntegerRange range;
};

struct Target {
  uint8_t* y;
  const float *x_scale, *w_scale, *y_scale;
  int64_t w_scales;
  const int32_t* bias;  // or null
  int32_t zero;
  IntegerRange range;
};

void write_quantized(const ConvolutionSums& s, const void* target) {
  const auto& t = *static_cast<const Target*>(target);
  for (int64_t j = 0; j < s.filters; ++j) {
    const int64_t filter = s.filter + j;
    const float factor = *t.x_scale * t.w_scale[t.w_scales > 1 ? filter : 0] / *t.y_scale;
    const auto bias = static_cast<uint32_t>(t.bias ? t.bias[filter] : 0);
    uint8_t* to = t.y + (s.batch * s.all_filters + filter) * s.all_positions + s.position;
    for (int64_t i = 0; i < s.count; ++i) {
      const auto sum =
          static_cast<int32_t>(static_cast<uint32_t>(s.sums[i * s.filters + j]) + bias);
      to[i] = static_cast<uint8_t>(quantized(static_cast<float>(sum) * factor, t.zero, t.range));
    }
  }
}

// Operands behind those of the convolution: scales of x, w and y, y's zero point, bias or none, y.
// Sizes: how many scales w has.
Status run_q_linear_conv(const StepCall& call) {
  const auto& p = call.as<QLinearConvParams>();
  const size_t at = p.convolution.operands;
  Target target{call.at<uint8_t>(at + 5),
                call.at<const float>(at),
                call.at<const float>(at + 1),
                call.at<const float>(at + 2),
                call.sizes[p.convolution.sizes],
                call.at<const int32_t>(at + 4),
                0,
                p.range};
  read_zero_points(call.data[at + 3], p.y_signed, 1, 0, &target.zero);
  return run_integer_convolution(call, p.convolution, write_quantized, &target);
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
  params->range = integer_range(low.output_type(0).dtype);
  for (size_t i : {kXScale, kWScale, kYScale, kYZero, kBias}) spec.operands.push_back(low.dense(i));
  spec.operands.push_back(low.output(0));
  spec.sizes.push_back(low.count(low.input_shape(kWScale)));
  spec.params = std::move(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
