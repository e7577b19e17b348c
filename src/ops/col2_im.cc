// Col2Im (ONNX 18): columns of windows [n, c · taps, windows] added up where they lie in the image [n, c, …].
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/reduction.h"
#include "ops/windows.h"

namespace inlay::ops {
namespace {

struct Col2ImParams {
  int64_t rank;
};

// Operands: x, y. Sizes: planes, then the axes, whose `in` is the image's.
template <class T>
Status run_col2_im(const StepCall& call) {
  using Sum = std::conditional_t<std::is_integral_v<T>, SumOf<T>, double>;
  const auto axes = read_axes(call.sizes + 1, call.as<Col2ImParams>().rank);
  INLAY_TRY(check_axes(axes));
  const int64_t planes = call.sizes[0], image = in_count(axes), windows = out_count(axes);
  const int64_t taps = tap_count(axes), lanes = lane_count(call.run.pool(), planes);
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * image * static_cast<int64_t>(sizeof(Sum)) + 64));
  for_each_in_lanes(call.run.pool(), planes, lanes, [&](int64_t lane, int64_t plane) {
    Sum* const sums = reinterpret_cast<Sum*>(scratch) + lane * image;
    std::fill(sums, sums + image, Sum{0});
    const T* x = call.at<const T>(0) + plane * taps * windows;
    for (int64_t window = 0; window < windows && !call.run.cancelled(); ++window)
      for_each_tap(axes, window, [&](int64_t tap, int64_t offset) {
        sums[offset] += static_cast<Sum>(x[tap * windows + window]);
      });
    for (int64_t i = 0; i < image; ++i) call.at<T>(1)[plane * image + i] = from_sum<T>(sums[i]);
  });
  return Status();
}

constexpr auto kCol2Im = []<class T>(std::type_identity<T>) -> StepFn { return run_col2_im<T>; };

// Sizes from inputs 1 and 2, known since inference.
Result<std::vector<WindowAxis>> axes_of(const graph::Graph& graph, const graph::Node& node) {
  const auto& image = *graph.value(node.input(1)).content;
  const auto& block = *graph.value(node.input(2)).content;
  return windows_of(graph, node, image, block);
}

}  // namespace

Status infer_col2_im(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  if (x.size() != 3) return in.error("input 0: expected 3 dimensions, found {}", x.size());
  INLAY_ASSIGN(const auto image, in.content_or_read(1));
  INLAY_ASSIGN(const auto block, in.content_or_read(2));
  INLAY_ASSIGN(const auto axes, axes_of(in.graph(), in.node()));
  ExprPool& e = in.exprs();
  Expr windows = in.constant(1);
  for (const WindowAxis& axis : axes) windows = e.mul(windows, axis.out);
  INLAY_TRY(in.expect_equal(x[2], windows, "windows"));
  const Expr taps = e.product(block);
  INLAY_TRY(in.expect_equal(e.mod(x[1], taps), in.constant(0), "channels left over by windows"));
  Shape shape{x[0], e.floor_div(x[1], taps)};
  shape.insert(shape.end(), image.begin(), image.end());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_col2_im(Lowering& low) {
  const StepFn run = for_type(low.input_type(0).dtype, Numbers(), kCol2Im);
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  INLAY_ASSIGN(const auto axes, axes_of(low.graph(), low.node()));
  const Shape& y = low.output_shape(0);
  Lowering::StepSpec spec{
      run,
      {low.dense(0), low.output(0)},
      {low.exprs().mul(y[0], y[1])},
      std::make_shared<Col2ImParams>(Col2ImParams{static_cast<int64_t>(axes.size())})};
  push_axes(low.exprs(), spec.sizes, axes);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
