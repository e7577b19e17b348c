// MeanVarianceNormalization (ONNX 9…): (x - mean) / (deviation + 1e-9) over the axes, by default all but the second.
#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/reduction.h"
#include "ops/arguments.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

constexpr double kEpsilon = 1e-9;

// Operands: x, y. Sizes: shape and strides of the kept axes, then of the reduced ones; y has x's strides.
template <class T>
Status run_normalization(const StepCall& call) {
  INLAY_TRY(check_reduction(call));
  const auto& params = call.as<ReduceParams>();
  const Walk<1> kept(params.kept, call.sizes),
      reduced(params.reduced, call.sizes + 2 * params.kept);
  const int64_t stride = reduced.stride[0][reduced.rank - 1];
  const auto for_each = [&](int64_t offset, auto&& visit) {
    for (int64_t row = 0; row < reduced.outer_count(); ++row) {
      const int64_t first = offset + reduced.offsets(row)[0];
      for (int64_t j = 0; j < reduced.inner(); ++j) visit(first + j * stride);
    }
  };
  const int64_t elements = reduced.outer_count() * reduced.inner();
  const auto count = static_cast<double>(std::max<int64_t>(elements, 1));
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), kept.outer_count() * kept.inner(),
                 kElementsPerTask / (elements + 1) + 1, [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const T* x = call.at<const T>(0);
                     const int64_t offset = kept.offsets(i / kept.inner())[0] +
                                            i % kept.inner() * kept.stride[0][kept.rank - 1];
                     double mean = 0, squares = 0;
                     for_each(offset, [&](int64_t at) { mean += static_cast<double>(x[at]); });
                     mean /= count;
                     for_each(offset, [&](int64_t at) {
                       const double distance = static_cast<double>(x[at]) - mean;
                       squares += distance * distance;
                     });
                     const double deviation = std::sqrt(squares / count) + kEpsilon;
                     for_each(offset, [&](int64_t at) {
                       call.at<T>(1)[at] =
                           from_sum<T>((static_cast<double>(x[at]) - mean) / deviation);
                     });
                   }
                 });
  return Status();
}

// Rows of neighbours, by kernels. Distances from one of the elements keep the digits that a large mean would cost.
void normalize_rows(const Walk<1>& rows, const float* x, float* y) {
  const int64_t n = rows.inner(), count = rows.outer_count();
  if (n * count == 0) return;
  const float about = x[0] - x[0] == 0 ? x[0] : 0.0f;
  double sum = 0, squares = 0;
  for (int64_t row = 0; row < count; ++row) {
    double sums[2];
    kernels::reduction_kernel().moments(x + rows.offsets(row)[0], n, about, sums);
    sum += sums[0];
    squares += sums[1];
  }
  const auto elements = static_cast<double>(n * count);
  const double distance = sum / elements;
  const double variance = std::max(squares / elements - distance * distance, 0.0);
  const double scale = 1 / (std::sqrt(variance) + kEpsilon);
  const auto mean = static_cast<float>(static_cast<double>(about) + distance);
  const auto factor = static_cast<float>(scale);
  for (int64_t row = 0; row < count; ++row) {
    const int64_t at = rows.offsets(row)[0];
    kernels::binary(kernels::Binary::kSub, {x + at, 1}, {&mean, 0}, y + at, n);
    kernels::binary(kernels::Binary::kMul, {y + at, 1}, {&factor, 0}, y + at, n);
  }
}

Status run_rows(const StepCall& call) {
  const auto& params = call.as<ReduceParams>();
  const Walk<1> kept(params.kept, call.sizes),
      reduced(params.reduced, call.sizes + 2 * params.kept);
  if (reduced.stride[0][reduced.rank - 1] != 1) return run_normalization<float>(call);
  INLAY_TRY(check_reduction(call));
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), kept.outer_count() * kept.inner(),
                 kElementsPerTask / (reduced.outer_count() * reduced.inner() + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const int64_t at = kept.offsets(i / kept.inner())[0] +
                                        i % kept.inner() * kept.stride[0][kept.rank - 1];
                     normalize_rows(reduced, call.at<const float>(0) + at, call.at<float>(1) + at);
                   }
                 });
  return Status();
}

constexpr auto kNormalization = []<class T>(std::type_identity<T>) -> StepFn {
  return run_normalization<T>;
};

Result<std::vector<bool>> normalized_axes(const graph::Graph& graph, const graph::Node& node,
                                          size_t rank) {
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, 1, rank));
  std::vector<bool> out(rank, !axes);
  if (!axes && rank > 1) out[1] = false;
  if (axes)
    for (int axis : *axes) out[static_cast<size_t>(axis)] = true;
  return out;
}

}  // namespace

Status infer_mean_variance_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_TRY(normalized_axes(in.graph(), in.node(), shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_mean_variance_normalization(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  INLAY_ASSIGN(const auto axes, normalized_axes(low.graph(), low.node(), shape.size()));
  const std::vector<Expr> strides = row_major(low.exprs(), shape);
  const DType dtype = low.input_type(0).dtype;
  Lowering::StepSpec spec{
      dtype == DType::kFloat32 ? run_rows : for_type(dtype, Floats(), kNormalization),
      {low.dense(0), low.output_over(0, 0)},
      {},
      nullptr};
  ReduceParams params{};
  for (bool reduced : {false, true})
    for (const auto* sizes : {&shape, &strides})
      for (size_t a = 0; a < shape.size(); ++a)
        if (axes[a] == reduced) {
          spec.sizes.push_back((*sizes)[a]);
          if (sizes == &shape) ++(reduced ? params.reduced : params.kept);
        }
  spec.params = std::make_shared<ReduceParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
