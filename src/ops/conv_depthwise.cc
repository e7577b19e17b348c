// Convolution of each channel with weights of its own: images of two axes with as many channels as before several
// channels at a time, others over bands of one channel.
#include "kernels/elementwise.h"
#include "ops/activations.h"
#include "ops/convolution.h"
#include "ops/lanes.h"
#include "ops/window_bands.h"
#include "ops/window_lines.h"

namespace inlay::ops {
namespace {

Status run_lines(const StepCall& call, const ConvProblem& p) {
  const auto& params = call.as<ConvParams>();
  const int64_t taps = tap_count(p.axes), stride = params.packed ? odd_lines(taps) : taps;
  return run_window_lines(
      call.run, p.axes, {p.n, p.c}, [&](kernels::DepthwiseArgs& args, int64_t plane) {
        const int64_t channel = plane % p.c, offset = plane * out_count(p.axes);
        args.x = call.at<const float>(0) + plane * in_count(p.axes);
        args.weights = call.at<const float>(1) + channel * stride;
        args.weight_stride = stride;
        args.bias = call.data[2] ? call.at<const float>(2) + channel : nullptr;
        args.residual = call.data[3] ? call.at<const float>(3) + offset : nullptr;
        args.y = call.at<float>(4) + offset;
        args.activation = params.activation;
        kernels::depthwise_kernel().weighted_sum(args);
      });
}

}  // namespace

Status run_conv_depthwise(const StepCall& call) {
  const ConvProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  const int64_t positions = out_count(p.axes), taps = tap_count(p.axes);
  if (p.n * p.m * positions == 0) return Status();
  if (p.m == p.c && takes_lines(p.axes)) return run_lines(call, p);
  const auto& params = call.as<ConvParams>();
  const WindowBands bands(p.axes, 0.0f);
  const int64_t tasks = p.n * p.c * bands.blocks(), lanes = lane_count(call.run.pool(), tasks);
  const int64_t floats = bands.scratch_floats();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(floats * lanes * static_cast<int64_t>(sizeof(float))));
  const int64_t stride = params.packed ? odd_lines(taps) : taps;
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    float* const band = reinterpret_cast<float*>(scratch) + lane * floats;
    const int64_t plane = task / bands.blocks(), block = task % bands.blocks();
    bands.fill(call.at<const float>(0) + plane * in_count(p.axes), block, band);
    const int64_t columns = p.axes[2].out, each = p.group_rows();
    for (int64_t i = 0; i < each; ++i) {
      const int64_t channel = plane % p.c * each + i;
      const int64_t offset = (plane / p.c * p.m + channel) * positions;
      float* const y = call.at<float>(4) + offset;
      bands.run(kernels::window_rows_kernel().weighted_sum,
                call.at<const float>(1) + channel * stride,
                call.data[2] ? call.at<const float>(2)[channel] : 0.0f, block, band, y);
      const int64_t first = bands.first_row(block) * columns, n = bands.row_count(block) * columns;
      if (call.data[3])
        kernels::binary(kernels::Binary::kAdd, {y + first, 1},
                        {call.at<const float>(3) + offset + first, 1}, y + first, n);
      activate(params.activation, y + first, n);
    }
  });
  return Status();
}

}  // namespace inlay::ops
