// LpNormalization (ONNX 1…): x divided by its 1-norm or 2-norm along an axis; 0 where that is 0.
#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/reduction.h"
#include "ops/element_types.h"
#include "ops/gathering.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct LpParams {
  bool squares;
};

constexpr int64_t kLinesAtOnce = 256;

// Operands: x, y. Sizes: outer, columns, inner.
template <class T>
Status run_lp(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  const bool squares = call.as<LpParams>().squares;
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), call.sizes[0] * inner, kElementsPerTask / (n + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const int64_t offset = i / inner * n * inner + i % inner;
                     const T* x = call.at<const T>(0) + offset;
                     T* y = call.at<T>(1) + offset;
                     double norm = 0;
                     for (int64_t j = 0; j < n; ++j) {
                       const double element = static_cast<double>(x[j * inner]);
                       norm += squares ? element * element : std::fabs(element);
                     }
                     if (squares) norm = std::sqrt(norm);
                     for (int64_t j = 0; j < n; ++j)
                       y[j * inner] =
                           norm == 0 ? T{0} : from_sum<T>(static_cast<double>(x[j * inner]) / norm);
                   }
                 });
  return Status();
}

// The same by kernels: a row, or some neighbours among the lines of [n, inner], at a time.
void divide_lines(const LpParams& params, const float* x, float* y, int64_t n, int64_t inner,
                  int64_t lines) {
  double totals[kLinesAtOnce] = {};
  float norms[kLinesAtOnce];
  const auto op = params.squares ? kernels::Reduce::kSumSquares : kernels::Reduce::kSumAbs;
  const kernels::ReductionKernel& kernel = kernels::reduction_kernel();
  if (inner == 1)
    kernel.rows({x, 0, 1, n, nullptr, totals}, op);
  else
    kernel.columns({x, inner, n, lines, nullptr, totals}, op);
  for (int64_t c = 0; c < lines; ++c) {
    const double norm = params.squares ? std::sqrt(totals[c]) : totals[c];
    norms[c] = norm == 0 ? 1.0f : static_cast<float>(norm);
  }
  if (inner == 1) return kernels::binary(kernels::Binary::kDiv, {x, 1}, {norms, 0}, y, n);
  for (int64_t i = 0; i < n; ++i)
    kernels::binary(kernels::Binary::kDiv, {x + i * inner, 1}, {norms, 1}, y + i * inner, lines);
}

Status run_kernels(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  const int64_t blocks = (inner + kLinesAtOnce - 1) / kLinesAtOnce;
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), call.sizes[0] * blocks,
                 kElementsPerTask / (std::min(inner, kLinesAtOnce) * n + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const int64_t first = i % blocks * kLinesAtOnce;
                     const int64_t at = i / blocks * n * inner + first;
                     divide_lines(call.as<LpParams>(), call.at<const float>(0) + at,
                                  call.at<float>(1) + at, n, inner,
                                  std::min(inner - first, kLinesAtOnce));
                   }
                 });
  return Status();
}

constexpr auto kLp = []<class T>(std::type_identity<T>) -> StepFn { return run_lp<T>; };

}  // namespace

Status infer_lp_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  const int64_t p = in.node().integer("p", 2);
  if (p != 1 && p != 2) return in.error("p: expected 1 or 2, found {}", p);
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_TRY(in.axis(in.node().integer("axis", -1), shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_lp_normalization(Lowering& low) {
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), low.node().integer("axis", -1));
  const DType dtype = low.input_type(0).dtype;
  using Others = Types<double, Half, Bfloat16>;
  low.step({dtype == DType::kFloat32 ? run_kernels : for_type(dtype, Others(), kLp),
            {low.dense(0), low.output_over(0, 0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<LpParams>(LpParams{low.node().integer("p", 2) == 2})});
  return Status();
}

}  // namespace inlay::ops
