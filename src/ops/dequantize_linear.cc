// DequantizeLinear (ONNX 10…): (x - zero point) · scale. From 19 on also floats of 8 bits, from 21 on
// blocks, and types of less than a byte.
#include "kernels/quantize.h"
#include "ops/element_types.h"
#include "ops/narrow_types.h"
#include "ops/quantizing.h"

namespace inlay::ops {
namespace {

using Writer = void (*)(const float* in, int64_t n, std::byte* out);

struct DequantizeParams {
  FloatReader read_x, read_scale;
  Writer write;
  int64_t x_bytes, y_bytes;
  bool from_bytes;  // uint8 or int8 as float32
  bool is_signed;
};

constexpr int64_t kChunk = 256;

template <class T>
void write_floats(const float* in, int64_t n, std::byte* out) {
  auto* y = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i) y[i] = T(in[i]);
}

// Operands: x, scale, zero point or none, y.
Status run_dequantize(const StepCall& call) {
  const auto& p = call.as<DequantizeParams>();
  const ScaleLayout layout = scale_layout(call.sizes);
  INLAY_ASSIGN(const FloatScales scales, read_scales(call.run, layout.scales, call.data[1],
                                                     p.read_scale, call.data[2], p.read_x));
  const auto dequantize = [&](int64_t begin, const float* scale, const float* zero, int64_t stride,
                              int64_t n) {
    if (p.from_bytes)
      return kernels::quantize_kernel().from_bytes(call.at<const uint8_t>(0) + begin, n,
                                                   {scale, zero, stride, p.is_signed},
                                                   call.at<float>(3) + begin);
    float values[kChunk];
    p.read_x(call.data[0] + begin * p.x_bytes, n, values);
    for (int64_t i = 0; i < n; ++i) values[i] = (values[i] - zero[i * stride]) * scale[i * stride];
    p.write(values, n, call.data[3] + begin * p.y_bytes);
  };
  for_each_run(
      call.run, layout, scales.scales, scales.zero_points,
      [&](int64_t begin, const float* scale, const float* zero, int64_t stride, int64_t n) {
        const int64_t chunk = p.from_bytes ? n : kChunk;
        for (int64_t i = 0; i < n; i += chunk)
          dequantize(begin + i, scale + i * stride, zero + i * stride, stride,
                     std::min(chunk, n - i));
      });
  return Status();
}

DType target_of(const Inference& in) {
  const auto said = static_cast<DType>(in.node().integer("output_dtype", 0));
  if (said != DType::kUndefined) return said;
  return in.dtype(1) == DType::kFloat8e8m0 ? DType::kFloat32 : in.dtype(1);
}

constexpr auto kWriter = []<class T>(std::type_identity<T>) -> Writer { return write_floats<T>; };

}  // namespace

Status infer_dequantize_linear(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(in.expect_dtype(
      0, {DType::kUint8, DType::kInt8, DType::kUint16, DType::kInt16, DType::kInt32,
          DType::kFloat8e4m3fn, DType::kFloat8e4m3fnuz, DType::kFloat8e5m2, DType::kFloat8e5m2fnuz,
          DType::kUint4, DType::kInt4, DType::kFloat4e2m1, DType::kUint2, DType::kInt2}));
  INLAY_TRY(
      in.expect_dtype(1, {DType::kFloat32, DType::kFloat16, DType::kBfloat16, DType::kFloat8e8m0}));
  if (in.has(2)) INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
  const DType to = target_of(in);
  if (!is_one_of(to, Types<float, Half, Bfloat16>()))
    return in.error("output_dtype: expected float32, float16 or bfloat16, found {}",
                    graph::dtype_text(to));
  INLAY_TRY(expect_scales(in));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, to, std::move(shape));
  return Status();
}

Status lower_dequantize_linear(Lowering& low) {
  const DType from = low.input_type(0).dtype, to = low.output_type(0).dtype;
  auto params = std::make_shared<DequantizeParams>(
      DequantizeParams{find_float_reader(from), find_float_reader(low.input_type(1).dtype),
                       for_type(to, Types<float, Half, Bfloat16>(), kWriter),
                       graph::dtype_bytes(from), graph::dtype_bytes(to),
                       to == DType::kFloat32 && (from == DType::kUint8 || from == DType::kInt8),
                       from == DType::kInt8});
  Lowering::StepSpec spec{run_dequantize,
                          {low.dense(0), low.dense(1), low.dense(2), low.output(0)},
                          {},
                          std::move(params)};
  push_scale_layout(low, spec.sizes);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
