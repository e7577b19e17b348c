// QuantizeLinear (ONNX 10…): x / scale, rounded to the nearest, plus a zero point, as far as the type
// goes. From 19 on also floats of 8 bits, from 21 on blocks, and types of less than a byte.
#include "kernels/quantize.h"
#include "ops/element_types.h"
#include "ops/narrow_types.h"
#include "ops/quantizing.h"

namespace inlay::ops {
namespace {

enum class Precision : uint8_t { kFloat32, kFloat16, kBfloat16 };

using Writer = void (*)(const float* values, const float* zero_points, int64_t stride, int64_t n,
                        IntegerRange range, std::byte* out);

struct QuantizeParams {
  FloatReader read_x, read_scale, read_zero_point;
  DType to;
  Precision precision;
  IntegerRange range;  // of integers
  Writer write;        // of integers
  NarrowRules rules;
  bool to_bytes;  // float32 as uint8 or int8
};

constexpr int64_t kChunk = 256;

// Quotients as a type with fewer bits has them.
void round_to(Precision precision, float* values, int64_t n) {
  if (precision == Precision::kFloat16)
    for (int64_t i = 0; i < n; ++i) values[i] = Half(values[i]);
  else if (precision == Precision::kBfloat16)
    for (int64_t i = 0; i < n; ++i) values[i] = Bfloat16(values[i]);
}

template <class T>
void write_integers(const float* values, const float* zero_points, int64_t stride, int64_t n,
                    IntegerRange range, std::byte* out) {
  auto* y = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i)
    y[i] =
        static_cast<T>(quantized(values[i], static_cast<int32_t>(zero_points[i * stride]), range));
}

void add_zero_points(float* values, const float* zero_points, int64_t stride, int64_t n) {
  for (int64_t i = 0; i < n; ++i)  // a sum with 0 would lose the sign of -0
    if (zero_points[i * stride] != 0) values[i] += zero_points[i * stride];
}

// Operands: x, scale, zero point or none, y.
Status run_quantize(const StepCall& call) {
  const auto& p = call.as<QuantizeParams>();
  const ScaleLayout layout = scale_layout(call.sizes);
  INLAY_ASSIGN(const FloatScales scales,
               read_scales(call.run, layout.scales, call.data[1], p.read_scale, call.data[2],
                           p.read_zero_point));
  const int64_t x_bytes = call.sizes[8], y_bytes = graph::dtype_bytes(p.to);
  const auto quantize = [&](int64_t begin, const float* scale, const float* zero, int64_t stride,
                            int64_t n) {
    if (p.to_bytes)
      return kernels::quantize_kernel().to_bytes(call.at<const float>(0) + begin, n,
                                                 {scale, zero, stride, p.to == DType::kInt8},
                                                 call.at<uint8_t>(3) + begin);
    float values[kChunk];
    p.read_x(call.data[0] + begin * x_bytes, n, values);
    for (int64_t i = 0; i < n; ++i) values[i] /= scale[i * stride];
    round_to(p.precision, values, n);
    std::byte* y = call.data[3] + begin * y_bytes;
    if (p.write) return p.write(values, zero, stride, n, p.range, y);
    add_zero_points(values, zero, stride, n);
    narrow_elements(p.to, reinterpret_cast<const std::byte*>(values), 1, y, n, p.rules);
  };
  for_each_run(
      call.run, layout, scales.scales, scales.zero_points,
      [&](int64_t begin, const float* scale, const float* zero, int64_t stride, int64_t n) {
        const int64_t chunk = p.to_bytes ? n : kChunk;
        for (int64_t i = 0; i < n; i += chunk)
          quantize(begin + i, scale + i * stride, zero + i * stride, stride,
                   std::min(chunk, n - i));
      });
  return Status();
}

constexpr std::initializer_list<DType> kTargets = {
    DType::kUint8,        DType::kInt8,           DType::kUint16,     DType::kInt16,
    DType::kFloat8e4m3fn, DType::kFloat8e4m3fnuz, DType::kFloat8e5m2, DType::kFloat8e5m2fnuz,
    DType::kUint4,        DType::kInt4,           DType::kFloat4e2m1, DType::kUint2,
    DType::kInt2};

DType target_of(const Inference& in) {
  const auto said = static_cast<DType>(in.node().integer("output_dtype", 0));
  if (in.has(2)) return in.dtype(2);
  return said == DType::kUndefined ? DType::kUint8 : said;
}

// The division's type: the attribute "precision", else the scale's.
Result<Precision> precision_of(const graph::Node& node, DType scale) {
  const auto said = static_cast<DType>(node.integer("precision", 0));
  const DType type = said == DType::kUndefined ? scale : said;
  if (type == DType::kFloat16) return Precision::kFloat16;
  if (type == DType::kBfloat16) return Precision::kBfloat16;
  if (said != DType::kUndefined && said != DType::kFloat32)
    return unsupported("precision: expected float32, float16 or bfloat16, found {}",
                       graph::dtype_text(said));
  return Precision::kFloat32;
}

constexpr auto kWriter = []<class T>(std::type_identity<T>) -> Writer { return write_integers<T>; };

}  // namespace

Status infer_quantize_linear(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat16, DType::kBfloat16, DType::kInt32}));
  INLAY_TRY(in.expect_dtype(
      1, {DType::kFloat32, DType::kFloat16, DType::kBfloat16, DType::kInt32, DType::kFloat8e8m0}));
  const DType to = target_of(in);
  const auto said = static_cast<DType>(in.node().integer("output_dtype", 0));
  if (std::find(kTargets.begin(), kTargets.end(), to) == kTargets.end())
    return in.error("output_dtype: expected a quantized type, found {}", graph::dtype_text(to));
  if (said != DType::kUndefined && said != to)
    return in.error("output_dtype: expected {} as the zero point has, found {}",
                    graph::dtype_text(to), graph::dtype_text(said));
  if (const auto precision = precision_of(in.node(), in.dtype(1)); !precision.ok())
    return in.error("{}", precision.message());
  INLAY_TRY(expect_scales(in));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, to, std::move(shape));
  return Status();
}

Status lower_quantize_linear(Lowering& low) {
  const DType from = low.input_type(0).dtype, scale = low.input_type(1).dtype;
  const DType to = low.output_type(0).dtype;
  auto params = std::make_shared<QuantizeParams>();
  params->read_x = find_float_reader(from);
  params->read_scale = find_float_reader(scale);
  params->read_zero_point = find_float_reader(to);
  params->to = to;
  INLAY_ASSIGN(params->precision, precision_of(low.node(), scale));
  params->rules.saturate = low.node().integer("saturate", 1) != 0;
  params->to_bytes = from == DType::kFloat32 && params->precision == Precision::kFloat32 &&
                     (to == DType::kUint8 || to == DType::kInt8);
  if (carrier_of(to) != DType::kFloat32) {
    params->range = integer_range(to);
    params->write = for_type(carrier_of(to), Types<uint8_t, int8_t, uint16_t, int16_t>(), kWriter);
  }
  Lowering::StepSpec spec{
      run_quantize, {low.dense(0), low.dense(1), low.dense(2), low.output(0)}, {}, params};
  push_scale_layout(low, spec.sizes);
  spec.sizes.push_back(low.constant(graph::dtype_bytes(from)));
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
