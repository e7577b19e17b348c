#include "ops/softmax_along.h"

#include <cmath>

#include "kernels/softmax.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct SoftmaxParams {
  bool log;
};

constexpr int64_t kElementsPerTask = 1 << 13;

// Operands: x, y. Sizes: outer, columns, inner.
Status run_rows(const StepCall& call) {
  const int64_t columns = call.sizes[1];
  const kernels::SoftmaxArgs args{
      call.at<const float>(0),     call.at<float>(1), columns, columns, columns,
      call.as<SoftmaxParams>().log};
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (columns + 1) + 1,
                 [&](int64_t begin, int64_t end) { kernels::softmax(args, begin, end); });
  return Status();
}

// The same over columns, some neighbours at a time.
Status run_inner(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  constexpr int64_t kBlock = 256;
  const int64_t blocks = (inner + kBlock - 1) / kBlock;
  for_each_range(
      call.run.pool(), call.sizes[0] * blocks,
      kElementsPerTask / (std::min(inner, kBlock) * n + 1) + 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
          const int64_t first = i % blocks * kBlock;
          const int64_t at = i / blocks * n * inner + first;
          kernels::softmax_kernel().columns(
              {call.at<const float>(0) + at, call.at<float>(1) + at,
               std::min(inner - first, kBlock), inner, inner, call.as<SoftmaxParams>().log},
              n);
        }
      });
  return Status();
}

template <class T>
void softmax_column(const T* x, T* y, int64_t n, int64_t stride, bool log) {
  double highest = -INFINITY, sum = 0;
  for (int64_t i = 0; i < n; ++i) highest = std::fmax(highest, static_cast<double>(x[i * stride]));
  for (int64_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(x[i * stride]) - highest);
  for (int64_t i = 0; i < n; ++i) {
    const double shifted = static_cast<double>(x[i * stride]) - highest;
    y[i * stride] = static_cast<T>(log ? shifted - std::log(sum) : std::exp(shifted) / sum);
  }
}

template <class T>
Status run_columns(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  const bool log = call.as<SoftmaxParams>().log;
  for_each_range(call.run.pool(), call.sizes[0] * inner, kElementsPerTask / (n + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t offset = i / inner * n * inner + i % inner;
                     softmax_column(call.at<const T>(0) + offset, call.at<T>(1) + offset, n, inner,
                                    log);
                   }
                 });
  return Status();
}

constexpr auto kColumns = []<class T>(std::type_identity<T>) -> StepFn { return run_columns<T>; };

// Before version 13 all axes from `axis` on were one.
constexpr int kAlongOneAxis = 13;

int64_t axis_of(const graph::Node& node) {
  return node.integer("axis", node.version < kAlongOneAxis ? 1 : -1);
}

}  // namespace

Status infer_softmax_along(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  // A tensor without axes is as one of one element.
  if (!shape.empty()) INLAY_TRY(in.axis(axis_of(in.node()), shape.size()).status());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

AxisSizes softmax_sizes(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  if (shape.empty()) return {low.constant(1), low.constant(1), low.constant(1)};
  const AxisSizes sizes = split_at(low.exprs(), shape, axis_of(low.node()));
  if (low.node().version >= kAlongOneAxis) return sizes;
  return {sizes.outer, low.exprs().mul(sizes.size, sizes.inner), low.constant(1)};
}

void add_softmax(Lowering& low, Operand x, Operand y, const AxisSizes& sizes, bool log) {
  const DType dtype = low.input_type(0).dtype;
  const StepFn run_floats = low.exprs().is(sizes.inner, 1) ? run_rows : run_inner;
  using Others = Types<double, Half, Bfloat16>;
  low.step({dtype == DType::kFloat32 ? run_floats : for_type(dtype, Others(), kColumns),
            {x, y},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<SoftmaxParams>(SoftmaxParams{log})});
}

Status lower_softmax_along(Lowering& low, bool log) {
  const Operand x = low.dense(0);
  add_softmax(low, x, low.output_over(0, 0), softmax_sizes(low), log);
  return Status();
}

}  // namespace inlay::ops
