// QLinearMatMul (ONNX 10…): quantize(dequantize(a) · dequantize(b)), computed with integers.
#include "kernels/quantize.h"
#include "ops/integer_product.h"
#include "ops/lanes.h"
#include "ops/quantizing.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kA, kAScale, kAZero, kB, kBScale, kBZero, kYScale, kYZero };
constexpr IntegerInputs kInputs{kA, kB, kAZero, kBZero};

struct QLinearMatMulParams {
  IntegerProductParams product;
  FloatReader read_scale;
  bool y_signed;
  IntegerRange range;
};

// The factor of each row and of each column; one of either where it is the same for all.
struct Factors {
  const float *rows, *columns;
  int64_t row_count, column_count;
};

void write_rows(const int32_t* sums, const ProductSizes& sizes, const Factors& factors,
                int32_t zero, IntegerRange range, RunServices& run, uint8_t* y) {
  for_each_range(run.pool(), sizes.batches * sizes.m, (1 << 14) / (sizes.n + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     const float factor = factors.rows[row % factors.row_count];
                     const float* columns =
                         factors.columns + row / sizes.m * sizes.n % factors.column_count;
                     const int64_t step = factors.column_count > 1 ? 1 : 0;
                     for (int64_t j = 0; j < sizes.n; ++j) {
                       const float value = static_cast<float>(sums[row * sizes.n + j]) *
                                           (factor * columns[j * step]);
                       y[row * sizes.n + j] = static_cast<uint8_t>(quantized(value, zero, range));
                     }
                   }
                 });
}

// The same where the product has scaled its sums.
void write_scaled(const float* values, int64_t count, int32_t zero, bool is_signed,
                  RunServices& run, uint8_t* y) {
  const float one = 1, whole_zero = static_cast<float>(zero);
  for_each_range(run.pool(), count, 1 << 14, [&](int64_t begin, int64_t end) {
    kernels::quantize_kernel().to_bytes(values + begin, end - begin,
                                        {&one, &whole_zero, 0, is_signed}, y + begin);
  });
}

// Operands behind those of the product: a's scale, b's, y's, y's zero point, y. Sizes: how many
// scales a has, and b.
Status run_q_linear(const StepCall& call) {
  const auto& p = call.as<QLinearMatMulParams>();
  const auto at = static_cast<size_t>(p.product.outputs);
  const ProductSizes sizes = product_sizes(call, p.product);
  const int64_t* scales = call.sizes + p.product.sizes;
  const int64_t count = sizes.batches * sizes.m * sizes.n;
  if (count == 0) return Status();
  INLAY_ASSIGN(std::byte* const memory,
               call.run.scratch(count * static_cast<int64_t>(sizeof(int32_t))));
  INLAY_ASSIGN(std::byte* const factor_memory,
               call.run.scratch((scales[0] + scales[1]) * static_cast<int64_t>(sizeof(float))));
  auto* const rows = reinterpret_cast<float*>(factor_memory);
  float* const columns = rows + scales[0];
  float y_scale = 1;
  p.read_scale(call.data[at], scales[0], rows);
  p.read_scale(call.data[at + 1], scales[1], columns);
  p.read_scale(call.data[at + 2], 1, &y_scale);
  for (int64_t i = 0; i < scales[1]; ++i) columns[i] /= y_scale;
  int32_t zero = 0;
  read_zero_points(call.data[at + 3], p.y_signed, 1, 0, &zero);
  auto* const y = call.at<uint8_t>(at + 4);
  IntegerResult result;
  if (scales[0] == 1 && (scales[1] == 1 || scales[1] == sizes.n)) {
    for (int64_t i = 0; i < scales[1]; ++i) columns[i] = rows[0] * columns[i];
    result.y = reinterpret_cast<float*>(memory);
    result.scale = columns;
    result.scale_stride = scales[1] > 1 ? 1 : 0;
    INLAY_TRY(run_integer_product(call, p.product, result));
    write_scaled(result.y, count, zero, p.y_signed, call.run, y);
    return Status();
  }
  result.c = reinterpret_cast<int32_t*>(memory);
  INLAY_TRY(run_integer_product(call, p.product, result));
  write_rows(result.c, sizes, {rows, columns, scales[0], scales[1]}, zero, p.range, call.run, y);
  return Status();
}

}  // namespace

Status infer_q_linear_mat_mul(Inference& in) {
  INLAY_TRY(in.expect_inputs(8, 8));
  for (size_t i = 0; i < 8; ++i)
    if (!in.has(i)) return in.error("input {} is missing", i);
  for (size_t i : {kA, kYZero}) INLAY_TRY(in.expect_dtype(i, {DType::kUint8, DType::kInt8}));
  INLAY_TRY(in.expect_dtype(kAScale, {DType::kFloat32, DType::kFloat16, DType::kBfloat16}));
  for (size_t i : {kBScale, kYScale}) INLAY_TRY(in.expect_dtype(i, {in.dtype(kAScale)}));
  for (size_t i : {kYScale, kYZero}) {
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "scales of the output"));
  }
  INLAY_ASSIGN(Shape shape, infer_integer_product(in, kInputs));
  INLAY_ASSIGN(const Shape b, in.shape(kB));
  INLAY_TRY(
      expect_one_or(in, kBScale, b.size() == 1 ? in.constant(1) : b.back(), "scales of columns"));
  in.set_output(0, in.dtype(kYZero), std::move(shape));
  return Status();
}

Status lower_q_linear_mat_mul(Lowering& low) {
  Lowering::StepSpec spec{run_q_linear, {}, {}, nullptr};
  auto params = std::make_shared<QLinearMatMulParams>();
  params->product = push_integer_product(low, kInputs, spec);
  params->read_scale = find_float_reader(low.input_type(kAScale).dtype);
  params->range = integer_range(low.output_type(0).dtype);
  params->y_signed = low.output_type(0).dtype == DType::kInt8;
  for (size_t i : {kAScale, kBScale, kYScale, kYZero}) spec.operands.push_back(low.dense(i));
  spec.operands.push_back(low.output(0));
  for (size_t i : {kAScale, kBScale}) spec.sizes.push_back(low.count(low.input_shape(i)));
  spec.params = std::move(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
