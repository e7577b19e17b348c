// RMSNormalization (ONNX 23…): x over the root of the mean of its squares over the axes from `axis` on, times
// scale, which broadcasts.
#include <cmath>

#include "kernels/layer_norm.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct RmsParams {
  float epsilon;
};

// Operands: x, scale, y. Sizes: rows, columns, elements of scale.
template <class T>
Status run_rms(const StepCall& call) {
  const int64_t n = call.sizes[1], scales = call.sizes[2];
  const auto epsilon = static_cast<double>(call.as<RmsParams>().epsilon);
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(
      call.run.pool(), call.sizes[0], kElementsPerTask / (n + 1) + 1,
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row) {
          const T* x = call.at<const T>(0) + row * n;
          double squares = 0;
          for (int64_t i = 0; i < n; ++i)
            squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
          const double inverse = 1 / std::sqrt(squares / static_cast<double>(n) + epsilon);
          for (int64_t i = 0; i < n; ++i) {
            const auto scale = static_cast<double>(call.at<const T>(1)[i % scales]);
            call.at<T>(2)[row * n + i] =
                static_cast<T>(static_cast<float>(static_cast<double>(x[i]) * inverse * scale));
          }
        }
      });
  return Status();
}

// Scales for whole rows.
Status run_kernel(const StepCall& call) {
  const int64_t n = call.sizes[1];
  if (call.sizes[2] != n) return run_rms<float>(call);
  kernels::LayerNormArgs args{};
  args.x = call.at<const float>(0);
  args.gamma = call.at<const float>(1);
  args.y = call.at<float>(2);
  args.columns = args.x_stride = args.y_stride = n;
  args.epsilon = call.as<RmsParams>().epsilon;
  args.rms = true;
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (n + 1) + 1,
                 [&](int64_t begin, int64_t end) { kernels::layer_norm(args, begin, end); });
  return Status();
}

constexpr auto kRms = []<class T>(std::type_identity<T>) -> StepFn { return run_rms<T>; };

}  // namespace

Status infer_rms_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const Shape scale, in.shape(1));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", -1), shape.size()));
  // The scale has the last axes of x, so that it repeats within a row.
  if (scale.size() > shape.size() - static_cast<size_t>(axis))
    return in.error("input 1: expected at most {} dimensions, found {}",
                    shape.size() - static_cast<size_t>(axis), scale.size());
  for (size_t i = 0; i < scale.size(); ++i)
    INLAY_TRY(in.expect_equal(scale[i], shape[shape.size() - scale.size() + i], "scale"));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_rms_normalization(Lowering& low) {
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), low.node().integer("axis", -1));
  const Operand x = low.dense(0), scale = low.dense(1);
  const DType dtype = low.input_type(0).dtype;
  low.step({dtype == DType::kFloat32 ? run_kernel : for_type(dtype, Floats(), kRms),
            {x, scale, low.output_over(0, 0)},
            {sizes.outer, low.exprs().mul(sizes.size, sizes.inner), low.count(low.input_shape(1))},
            std::make_shared<RmsParams>(RmsParams{low.node().real("epsilon", 1e-5f)})});
  return Status();
}

}  // namespace inlay::ops
