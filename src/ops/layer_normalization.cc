// LayerNormalization (ONNX 17…): x normalized over the axes from `axis` on, times scale, plus bias.
#include <cmath>

#include "kernels/layer_norm.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct NormParams {
  float epsilon;
};

constexpr int64_t kElementsPerTask = 1 << 13;

// Operands: x, scale, bias, y, mean, 1 / deviation. Sizes: rows, columns.
template <class T>
Status run_plain(const StepCall& call) {
  const int64_t rows = call.sizes[0], n = call.sizes[1];
  const float epsilon = call.as<NormParams>().epsilon;
  const auto at = [&](size_t operand, int64_t i) {
    return static_cast<double>(call.at<const T>(operand)[i]);
  };
  for_each_range(
      call.run.pool(), rows, kElementsPerTask / (n + 1) + 1, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          double mean = 0, variance = 0;
          for (int64_t i = 0; i < n; ++i) mean += at(0, row * n + i) / static_cast<double>(n);
          for (int64_t i = 0; i < n; ++i) {
            const double distance = at(0, row * n + i) - mean;
            variance += distance * distance / static_cast<double>(n);
          }
          const double inverse = 1 / std::sqrt(variance + static_cast<double>(epsilon));
          for (int64_t i = 0; i < n; ++i) {
            const double y =
                (at(0, row * n + i) - mean) * inverse * at(1, i) + (call.data[2] ? at(2, i) : 0);
            call.at<T>(3)[row * n + i] = static_cast<T>(y);
          }
          if (call.data[4]) call.at<float>(4)[row] = static_cast<float>(mean);
          if (call.data[5]) call.at<float>(5)[row] = static_cast<float>(inverse);
        }
      });
  return Status();
}

Status run_kernel(const StepCall& call) {
  const int64_t columns = call.sizes[1];
  kernels::LayerNormArgs args{};
  args.x = call.at<const float>(0);
  args.gamma = call.at<const float>(1);
  args.beta = call.at<const float>(2);
  args.y = call.at<float>(3);
  args.columns = args.x_stride = args.y_stride = columns;
  args.epsilon = call.as<NormParams>().epsilon;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (columns + 1) + 1,
                 [&](int64_t begin, int64_t end) { kernels::layer_norm(args, begin, end); });
  return Status();
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

}  // namespace

Status infer_layer_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", -1), shape.size()));
  const Expr columns = in.exprs().product(std::span(shape).subspan(static_cast<size_t>(axis)));
  for (size_t i = 1; i < in.input_count(); ++i) {
    if (!in.has(i)) continue;
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape scale, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(scale), columns, "elements of scale and bias"));
  }
  in.set_output(0, in.dtype(0), shape);
  Shape statistics(shape.begin(), shape.begin() + axis);
  statistics.resize(shape.size(), in.constant(1));
  in.set_output(1, DType::kFloat32, statistics);
  in.set_output(2, DType::kFloat32, statistics);
  return Status();
}

Status lower_layer_normalization(Lowering& low) {
  ExprPool& e = low.exprs();
  const DType dtype = low.input_type(0).dtype;
  const AxisSizes sizes = split_at(e, low.input_shape(0), low.node().integer("axis", -1));
  const bool kernel = dtype == DType::kFloat32 && !low.wants(1) && !low.wants(2);
  const Operand x = low.dense(0), scale = low.dense(1), bias = low.dense(2);
  low.step({kernel ? run_kernel : for_type(dtype, Floats(), kPlain),
            {x, scale, bias, low.output_over(0, 0), low.output(1), low.output(2)},
            {sizes.outer, e.mul(sizes.size, sizes.inner)},
            std::make_shared<NormParams>(NormParams{low.node().real("epsilon", 1e-5f)})});
  return Status();
}

}  // namespace inlay::ops
