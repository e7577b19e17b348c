// Windows over several channels at a time: what depthwise convolutions and pools of images run kernels/depthwise.h
// with.
//
//   if (takes_lines(axes))
//     return run_window_lines(call.run, axes, {images, channels}, [&](kernels::DepthwiseArgs& args, int64_t plane) {
//       args.x = x + plane * in_count(axes);  …
//       kernels::depthwise_kernel().run(args);
//     });
#pragma once

#include <algorithm>

#include "kernels/depthwise.h"
#include "ops/lanes.h"
#include "ops/windows.h"

namespace inlay::ops {

// `axes`: three, checked. True for images of at most two axes whose lines under a window stay in cache.
bool takes_lines(std::span<const Axis> axes);

struct Planes {
  int64_t images, channels;  // a call's channels are of one image
};

kernels::DepthwiseAxis kernel_axis(const Axis& axis);
// Of each thread; a multiple of 16.
int64_t lines_floats(std::span<const Axis> axes);

// Calls body(args, plane) over all threads with channels, axes, rows and scratch filled in; `plane` is the first.
template <class Body>
Status run_window_lines(RunServices& run, std::span<const Axis> axes, const Planes& planes,
                        Body&& body) {
  const int64_t width = kernels::depthwise_kernel().lanes, rows = axes[1].out;
  const int64_t blocks = (planes.channels + width - 1) / width;
  if (planes.images * blocks * out_count(axes) == 0) return Status();
  // Few blocks for many threads are cut into bands of rows, whose first lines are turned twice.
  const int threads = run.pool().threads();
  const int64_t wanted = threads > 1 ? int64_t{4} * threads : 1;
  const int64_t bands = std::clamp<int64_t>(wanted / (planes.images * blocks), 1, rows);
  const int64_t tasks = planes.images * blocks * bands, lanes = lane_count(run.pool(), tasks);
  const int64_t floats = lines_floats(axes);
  INLAY_ASSIGN(std::byte* const scratch,
               run.scratch(floats * lanes * static_cast<int64_t>(sizeof(float))));
  for_each_in_lanes(run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (run.cancelled()) return;
    const int64_t band = task % bands, first = task / bands % blocks * width;
    kernels::DepthwiseArgs args{};
    args.channels = std::min(width, planes.channels - first);
    args.rows = kernel_axis(axes[1]);
    args.columns = kernel_axis(axes[2]);
    args.begin = rows * band / bands;
    args.end = rows * (band + 1) / bands;
    args.scratch = reinterpret_cast<float*>(scratch) + lane * floats;
    body(args, task / bands / blocks * planes.channels + first);
  });
  return Status();
}

}  // namespace inlay::ops
