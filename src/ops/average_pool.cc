// AveragePool (ONNX 1…): the mean of each window, over the elements inside of the input or, with
// count_include_pad, inside of the pads as well.
#include "kernels/elementwise.h"
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct AverageParams : PoolParams {
  bool with_pads;
};

// The elements of window i along an axis that count.
int64_t counted(const Axis& axis, int64_t i, bool with_pads) {
  if (!with_pads) {
    const TapRange range = inside(axis, i);
    return std::max<int64_t>(range.last - range.first, 0);
  }
  const int64_t room = axis.in + axis.front + axis.behind - i * axis.stride;
  return std::clamp<int64_t>((room + axis.dilation - 1) / axis.dilation, 0, axis.kernel);
}

// The elements of the window of a position that count.
int64_t counted(std::span<const Axis> axes, int64_t position, bool with_pads) {
  int64_t count = 1;
  for (size_t a = axes.size(); a-- > 0; position /= axes[a].out)
    count *= counted(axes[a], position % axes[a].out, with_pads);
  return count;
}

// Operands: x, y.
template <class T>
Status run_plain(const StepCall& call) {
  const PoolProblem p(call);
  INLAY_TRY(check_axes(p.axes));
  const bool with_pads = call.as<AverageParams>().with_pads;
  for_each_output(call, p, [&](int64_t plane, int64_t position) {
    const T* x = call.at<const T>(0) + plane * p.image;
    double sum = 0;
    for_each_tap(p.axes, position,
                 [&](int64_t, int64_t offset) { sum += static_cast<double>(x[offset]); });
    const int64_t count = std::max<int64_t>(counted(p.axes, position, with_pads), 1);
    call.at<T>(1)[plane * p.outputs + position] = from_sum<T>(sum / static_cast<double>(count));
  });
  return Status();
}

// The elements that count for each output of a plane, at least 1.
std::vector<float> counts_of(const PoolProblem& p, bool with_pads) {
  std::vector<float> counts{1.0f};
  for (const Axis& axis : p.axes) {
    std::vector<float> more;
    for (int64_t i = 0; i < axis.out; ++i)
      more.push_back(static_cast<float>(std::max<int64_t>(counted(axis, i, with_pads), 1)));
    std::vector<float> product;
    for (float outer : counts)
      for (float inner : more) product.push_back(outer * inner);
    counts.swap(product);
  }
  return counts;
}

Status run_kernel(const StepCall& call) {
  const PoolProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  const bool with_pads = call.as<AverageParams>().with_pads;
  const std::vector<float> counts = counts_of(p, with_pads);
  const auto divide = [&](float* y, int64_t first, int64_t rows) {
    const int64_t columns = p.axes[2].out;
    kernels::binary(kernels::Binary::kDiv, {y, 1}, {counts.data() + first * columns, 1}, y,
                    rows * columns);
  };
  return run_pool_bands(
      call, p,
      {kernels::window_rows_kernel().weighted_sum, kernels::depthwise_kernel().weighted_sum, 0.0f},
      divide);
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

}  // namespace

Status infer_average_pool(Inference& in) { return infer_pool(in); }

Status lower_average_pool(Lowering& low) {
  AverageParams params{};
  params.rank = static_cast<int64_t>(low.input_shape(0).size()) - 2;
  params.with_pads = low.node().integer("count_include_pad", 0) != 0;
  const DType dtype = low.input_type(0).dtype;
  const bool kernel = fits_bands(low);
  return lower_pool(low, kernel ? run_kernel : for_type(dtype, Floats(), kPlain),
                    std::make_shared<AverageParams>(params));
}

}  // namespace inlay::ops
