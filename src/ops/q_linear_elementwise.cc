#include "ops/q_linear_elementwise.h"

#include "ops/quantizing.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// A quantized tensor's inputs: its scale, and its zero point behind that.
constexpr size_t kUnaryScales[] = {1, 3};
constexpr size_t kPairScales[] = {1, 4, 6};

struct PairParams {
  int64_t rank;
  bool is_signed;
  IntegerRange range;
  PairFunction function;
};

struct UnaryParams {
  bool is_signed;
  IntegerRange range;
  PairFunction function;
  float parameter;
};

// One scale and one zero point.
struct Affine {
  float scale;
  int32_t zero;

  Affine(const StepCall& call, size_t scale_operand, bool is_signed)
      : scale(*call.at<const float>(scale_operand)), zero(0) {
    if (const auto* byte = call.at<const uint8_t>(scale_operand + 1))
      zero = is_signed ? static_cast<int8_t>(*byte) : *byte;
  }
  float value(uint8_t bits, bool is_signed) const {
    const int32_t whole = is_signed ? static_cast<int8_t>(bits) : bits;
    return scale * static_cast<float>(whole - zero);
  }
  uint8_t bits(float x, IntegerRange range) const {
    return static_cast<uint8_t>(quantized(x / scale, zero, range));
  }
};

// Operands: a, b, y, then scales and zero points of a, b and y.
Status run_pair(const StepCall& call) {
  const auto& p = call.as<PairParams>();
  const Walk<3> walk(p.rank, call.sizes);
  const Affine a(call, 3, p.is_signed), b(call, 5, p.is_signed), y(call, 7, p.is_signed);
  const int64_t inner = walk.inner();
  if (inner == 0) return Status();
  call.run.pool().parallel_for(walk.outer_count(), [&](int64_t row) {
    const auto at = walk.offsets(row);
    const int last = walk.rank - 1;
    const uint8_t *left = call.at<const uint8_t>(0) + at[0],
                  *right = call.at<const uint8_t>(1) + at[1];
    uint8_t* out = call.at<uint8_t>(2) + at[2];
    for (int64_t i = 0; i < inner; ++i)
      out[i * walk.stride[2][last]] =
          y.bits(p.function(a.value(left[i * walk.stride[0][last]], p.is_signed),
                            b.value(right[i * walk.stride[1][last]], p.is_signed)),
                 p.range);
  });
  return Status();
}

// Operands: x, y, then scales and zero points of x and y. Sizes: elements. A table of all 256 elements.
Status run_unary(const StepCall& call) {
  const auto& p = call.as<UnaryParams>();
  const Affine x(call, 2, p.is_signed), y(call, 4, p.is_signed);
  uint8_t table[256];
  for (int bits = 0; bits < 256; ++bits)
    table[bits] =
        y.bits(p.function(x.value(static_cast<uint8_t>(bits), p.is_signed), p.parameter), p.range);
  constexpr int64_t kElementsPerTask = 1 << 15;
  const int64_t count = call.sizes[0];
  call.run.pool().parallel_for((count + kElementsPerTask - 1) / kElementsPerTask,
                               [&](int64_t task) {
                                 const int64_t end = std::min(count, (task + 1) * kElementsPerTask);
                                 for (int64_t i = task * kElementsPerTask; i < end; ++i)
                                   call.at<uint8_t>(1)[i] = table[call.at<const uint8_t>(0)[i]];
                               });
  return Status();
}

// Scales are single float32, zero points single elements of input 0's type.
Status expect_scales_of_one(Inference& in, std::span<const size_t> scales) {
  INLAY_TRY(in.expect_dtype(0, {DType::kUint8, DType::kInt8}));
  for (size_t scale : scales) {
    if (!in.has(scale)) return in.error("input {} is missing", scale);
    INLAY_TRY(in.expect_dtype(scale, {DType::kFloat32}));
    if (in.has(scale + 1)) INLAY_TRY(in.expect_dtype(scale + 1, {in.dtype(0)}));
    for (size_t i : {scale, scale + 1}) {
      if (!in.has(i)) continue;
      INLAY_ASSIGN(const Shape shape, in.shape(i));
      INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "scales"));
    }
  }
  return Status();
}

void push_scales(Lowering& low, std::span<const size_t> scales, Lowering::StepSpec& spec) {
  for (size_t scale : scales) {
    spec.operands.push_back(low.dense(scale));
    spec.operands.push_back(low.dense(scale + 1));
  }
}

}  // namespace

Status infer_q_linear_pair(Inference& in) {
  INLAY_TRY(in.expect_inputs(7, 8));
  INLAY_TRY(expect_scales_of_one(in, kPairScales));
  INLAY_TRY(in.expect_dtype(3, {in.dtype(0)}));
  INLAY_ASSIGN(Shape a, in.shape(0));
  INLAY_ASSIGN(Shape b, in.shape(3));
  INLAY_ASSIGN(Shape shape, in.broadcast(std::move(a), std::move(b)));
  if (shape.size() > static_cast<size_t>(kMaxRank))
    return in.error("expected at most {} dimensions, found {}", kMaxRank, shape.size());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_q_linear_pair(Lowering& low, PairFunction function) {
  const DType dtype = low.output_type(0).dtype;
  const Shape& shape = low.output_shape(0);
  const View views[] = {low.view(0), low.view(3),
                        dense_view(low.exprs(), low.output(0), dtype, shape)};
  Lowering::StepSpec spec{run_pair, {}, {}, nullptr};
  for (const View& view : views) spec.operands.push_back(view.operand);
  push_scales(low, kPairScales, spec);
  push_walk(low.exprs(), spec.sizes, shape, views);
  spec.params = std::make_shared<PairParams>(PairParams{
      static_cast<int64_t>(shape.size()), dtype == DType::kInt8, integer_range(dtype), function});
  low.step(std::move(spec));
  return Status();
}

Status infer_q_linear_unary(Inference& in) {
  INLAY_TRY(in.expect_inputs(4, 5));
  INLAY_TRY(expect_scales_of_one(in, kUnaryScales));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_q_linear_unary(Lowering& low, PairFunction function, float parameter) {
  const DType dtype = low.output_type(0).dtype;
  Lowering::StepSpec spec{
      run_unary, {low.dense(0), low.output(0)}, {low.count(low.output_shape(0))}, nullptr};
  push_scales(low, kUnaryScales, spec);
  spec.params = std::make_shared<UnaryParams>(
      UnaryParams{dtype == DType::kInt8, integer_range(dtype), function, parameter});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
