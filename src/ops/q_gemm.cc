// QGemm (com.microsoft): alpha · (A B + C) of quantized matrices, either turned first; quantized again
// where y has a scale, else float. C is int32, in units of alpha · a_scale · b_scale.
#include "ops/lanes.h"
#include "ops/quantizing.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kA, kAScale, kAZero, kB, kBScale, kBZero, kC, kYScale, kYZero };

struct QGemmParams {
  bool a_signed, b_signed;
  float alpha;
  IntegerRange range;
};

int32_t byte_value(const uint8_t* bits, bool is_signed) {
  if (!bits) return 0;
  return is_signed ? static_cast<int8_t>(*bits) : *bits;
}

// Operands: inputs in their order, y. Sizes: m, n, k, strides of a and b by row and column, strides of C,
// how many scales and zero points b has.
struct QGemm {
  const StepCall& call;
  const QGemmParams& p;
  int64_t m, n, k, a_row, a_column, b_row, b_column, c_row, c_column, b_scales, b_zeros;

  explicit QGemm(const StepCall& c) : call(c), p(c.as<QGemmParams>()) {
    const int64_t* s = c.sizes;
    m = s[0], n = s[1], k = s[2], a_row = s[3], a_column = s[4], b_row = s[5], b_column = s[6];
    c_row = s[7], c_column = s[8], b_scales = s[9], b_zeros = s[10];
  }

  int32_t sum(int64_t row, int64_t column) const {
    const auto* a = call.at<const uint8_t>(kA) + row * a_row;
    const auto* b = call.at<const uint8_t>(kB) + column * b_column;
    const auto* b_zero_at = call.at<const uint8_t>(kBZero);
    const int32_t a_zero = byte_value(call.at<const uint8_t>(kAZero), p.a_signed);
    const int32_t b_zero =
        byte_value(b_zero_at ? b_zero_at + (b_zeros > 1 ? column : 0) : nullptr, p.b_signed);
    uint32_t total = 0;
    for (int64_t i = 0; i < k; ++i)
      total += static_cast<uint32_t>((byte_value(a + i * a_column, p.a_signed) - a_zero) *
                                     (byte_value(b + i * b_row, p.b_signed) - b_zero));
    if (const auto* c = call.at<const int32_t>(kC))
      total += static_cast<uint32_t>(c[row * c_row + column * c_column]);
    return static_cast<int32_t>(total);
  }

  void write(int64_t row, int64_t column) const {
    const float scale = p.alpha * *call.at<const float>(kAScale) *
                        call.at<const float>(kBScale)[b_scales > 1 ? column : 0];
    const auto total = static_cast<float>(sum(row, column));
    const int64_t at = row * n + column;
    if (!call.data[kYScale]) {
      call.at<float>(kYZero + 1)[at] = total * scale;
      return;
    }
    const int32_t zero = byte_value(call.at<const uint8_t>(kYZero), p.a_signed);
    const float value = total * (scale / *call.at<const float>(kYScale));
    call.at<uint8_t>(kYZero + 1)[at] = static_cast<uint8_t>(quantized(value, zero, p.range));
  }
};

Status run_q_gemm(const StepCall& call) {
  const QGemm gemm(call);
  for_each_range(call.run.pool(), gemm.m, (1 << 14) / (gemm.n * gemm.k + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end && !call.run.cancelled(); ++row)
                     for (int64_t column = 0; column < gemm.n; ++column) gemm.write(row, column);
                 });
  return Status();
}

struct Sides {
  Shape a, b;  // [m, k], [k, n]
};

Result<Sides> sides_of(Inference& in) {
  INLAY_ASSIGN(Shape a, in.shape(kA));
  INLAY_ASSIGN(Shape b, in.shape(kB));
  if (a.size() != 2 || b.size() != 2)
    return in.error("expected matrices, found {} and {} dimensions", a.size(), b.size());
  if (in.node().integer("transA", 0) != 0) std::swap(a[0], a[1]);
  if (in.node().integer("transB", 0) != 0) std::swap(b[0], b[1]);
  return Sides{std::move(a), std::move(b)};
}

Status expect_each(Inference& in, size_t input, Expr columns) {
  if (!in.has(input)) return Status();
  INLAY_ASSIGN(const Shape shape, in.shape(input));
  const Expr count = in.exprs().product(shape);
  return in.exprs().is(count, 1) ? Status() : in.expect_equal(count, columns, "scales");
}

}  // namespace

Status infer_q_gemm(Inference& in) {
  INLAY_TRY(in.expect_inputs(6, 9));
  for (size_t i : {kA, kB}) INLAY_TRY(in.expect_dtype(i, {DType::kUint8, DType::kInt8}));
  for (size_t i : {kAScale, kBScale}) INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
  if (in.has(kAZero)) INLAY_TRY(in.expect_dtype(kAZero, {in.dtype(kA)}));
  if (in.has(kBZero)) INLAY_TRY(in.expect_dtype(kBZero, {in.dtype(kB)}));
  if (in.has(kC)) INLAY_TRY(in.expect_dtype(kC, {DType::kInt32}));
  if (in.has(kYScale)) INLAY_TRY(in.expect_dtype(kYScale, {DType::kFloat32}));
  if (in.has(kYZero)) INLAY_TRY(in.expect_dtype(kYZero, {in.dtype(kA)}));
  INLAY_ASSIGN(const Sides sides, sides_of(in));
  INLAY_TRY(in.expect_equal(sides.a[1], sides.b[0], "inner dimensions"));
  for (size_t i : {kAScale, kAZero, kYScale, kYZero}) INLAY_TRY(expect_each(in, i, in.constant(1)));
  for (size_t i : {kBScale, kBZero}) INLAY_TRY(expect_each(in, i, sides.b[1]));
  if (in.has(kC)) {
    INLAY_ASSIGN(const Shape c, in.shape(kC));
    if (c.size() > 2)
      return in.error("input {}: expected at most 2 dimensions, found {}", int{kC}, c.size());
    INLAY_ASSIGN(const Shape all, in.broadcast(c, {sides.a[0], sides.b[1]}));
    for (size_t i : {size_t{0}, size_t{1}})
      INLAY_TRY(in.expect_equal(all[i], i == 0 ? sides.a[0] : sides.b[1], "input C"));
  }
  in.set_output(0, in.has(kYScale) ? in.dtype(kA) : DType::kFloat32, {sides.a[0], sides.b[1]});
  return Status();
}

Status lower_q_gemm(Lowering& low) {
  ExprPool& e = low.exprs();
  View a = low.view(kA), b = low.view(kB);
  if (low.node().integer("transA", 0) != 0) {
    std::swap(a.shape[0], a.shape[1]);
    std::swap(a.strides[0], a.strides[1]);
  }
  if (low.node().integer("transB", 0) != 0) {
    std::swap(b.shape[0], b.shape[1]);
    std::swap(b.strides[0], b.strides[1]);
  }
  std::vector<Expr> c(2, e.constant(0));
  Lowering::StepSpec spec{run_q_gemm, {}, {}, nullptr};
  for (size_t i = 0; i <= kYZero; ++i) {
    if (i == kA || i == kB) {
      spec.operands.push_back(i == kA ? a.operand : b.operand);
    } else if (i == kC && low.has(kC)) {
      const View view = low.view(kC);
      spec.operands.push_back(view.operand);
      c = broadcast_strides(e, view, low.output_shape(0));
    } else {
      spec.operands.push_back(low.dense(i));
    }
  }
  spec.operands.push_back(low.output(0));
  const auto count = [&](size_t input) {
    return low.has(input) ? low.count(low.input_shape(input)) : e.constant(1);
  };
  spec.sizes = {a.shape[0],   b.shape[1], a.shape[1], a.strides[0],   a.strides[1], b.strides[0],
                b.strides[1], c[0],       c[1],       count(kBScale), count(kBZero)};
  const DType dtype = low.input_type(kA).dtype;
  spec.params = std::make_shared<QGemmParams>(
      QGemmParams{dtype == DType::kInt8, low.input_type(kB).dtype == DType::kInt8,
                  low.node().real("alpha", 1), integer_range(dtype)});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
