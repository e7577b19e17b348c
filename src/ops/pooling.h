// Pools: one element for each window of each channel.
#pragma once

#include <cmath>

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/window_bands.h"
#include "ops/window_lines.h"

namespace inlay::ops {

// Output 0 [n, c, …] of a node with kernel_shape and the other attributes of windows.h.
Status infer_pool(Inference& in);
// Adds a step with the operands x, y, then `more`, and the sizes planes, then the axes. Fails when `run` is
// null: no such type.
Status lower_pool(Lowering& low, StepFn run, std::shared_ptr<const void> params,
                  std::vector<Operand> more = {});

// The p of a p-norm, which is a float in version 1 and an integer since.
inline double p_of(const graph::Node& node) {
  return static_cast<double>(node.real("p", static_cast<float>(node.integer("p", 2))));
}

// What an element adds to the sum under the root of a p-norm, and the root.
inline double lp_term(double x, double p) {
  if (p == 2) return x * x;
  return p == 1 ? std::fabs(x) : std::pow(std::fabs(x), p);
}
inline double lp_root(double sum, double p) {
  if (p == 2) return std::sqrt(sum);
  return p == 1 ? sum : std::pow(sum, 1 / p);
}

// What every pool's parameters start with.
struct PoolParams {
  int64_t rank;
};

// What a step finds in its sizes.
struct PoolProblem {
  int64_t planes;
  std::vector<Axis> axes;
  int64_t image, outputs;  // elements of a plane

  explicit PoolProblem(const StepCall& call, int64_t at_least = 0);
};

// Calls element(plane, position) for every output over all threads.
template <class Element>
void for_each_output(const StepCall& call, const PoolProblem& p, Element&& element) {
  constexpr int64_t kTapsPerTask = 1 << 14;
  if (p.planes * p.outputs == 0) return;
  for_each_range(call.run.pool(), p.planes * p.outputs, kTapsPerTask / (tap_count(p.axes) + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i)
                     element(i / p.outputs, i % p.outputs);
                 });
}

// Whether run_pool_bands takes the pool: f32, up to three axes, and a window whose taps can be listed.
bool fits_bands(const Lowering& low);

// What a pool does with the elements of a window: over a band of one channel, or over lines of several.
struct PoolKernels {
  void (*bands)(const kernels::WindowRow&);
  void (*lines)(const kernels::DepthwiseArgs&);
  float around;
};

// The pool by lines, then finish(y, first_row, rows) over rows of outputs of a plane.
template <class Finish>
Status run_pool_lines(const StepCall& call, const PoolProblem& p, const PoolKernels& kernels,
                      Finish&& finish) {
  return run_window_lines(call.run, p.axes, {1, p.planes},
                          [&](kernels::DepthwiseArgs& args, int64_t plane) {
                            args.x = call.at<const float>(0) + plane * p.image;
                            args.y = call.at<float>(1) + plane * p.outputs;
                            kernels.lines(args);
                            for (int64_t i = 0; i < args.channels; ++i)
                              finish(args.y + i * p.outputs + args.begin * p.axes[2].out,
                                     args.begin, args.end - args.begin);
                          });
}

// The pool with ones as weights, then finish(y, first_row, rows) over rows of outputs that lie side by side. Rows
// are counted over both outer axes.
template <class Finish>
Status run_pool_bands(const StepCall& call, const PoolProblem& p, const PoolKernels& kernels,
                      Finish&& finish) {
  if (p.planes * p.outputs == 0) return Status();
  if (takes_lines(p.axes)) return run_pool_lines(call, p, kernels, finish);
  const WindowBands bands(p.axes, kernels.around);
  const int64_t tasks = p.planes * bands.blocks(), lanes = lane_count(call.run.pool(), tasks);
  const int64_t floats = bands.scratch_floats(), taps = tap_count(p.axes);
  INLAY_ASSIGN(
      std::byte* const scratch,
      call.run.scratch((taps + floats * lanes) * static_cast<int64_t>(sizeof(float)) + 64));
  auto* const bands_begin = reinterpret_cast<float*>(scratch);
  float* const ones = bands_begin + floats * lanes;
  std::fill(ones, ones + taps, 1.0f);
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    float* const band = bands_begin + lane * floats;
    const int64_t plane = task / bands.blocks(), block = task % bands.blocks();
    bands.fill(call.at<const float>(0) + plane * p.image, block, band);
    float* const y = call.at<float>(1) + plane * p.outputs;
    bands.run(kernels.bands, ones, kernels.around, block, band, y);
    const int64_t first = bands.first_row(block);
    finish(y + first * p.axes[2].out, first, bands.row_count(block));
  });
  return Status();
}

// Output 0 of a pool over whole channels: [n, c, 1, …].
Status infer_global_pool(Inference& in);
// The axes behind the first two.
std::vector<bool> spatial_axes(const Shape& shape);

}  // namespace inlay::ops
