// Windows that slide over the spatial axes of [batch, channels, …]: what convolutions and pools share.
#pragma once

#include <array>
#include <vector>

#include "ops/lanes.h"
#include "ops/lowering.h"

namespace inlay::ops {

// One spatial axis. Tap t of output i reads input i * stride + t * dilation - front.
struct WindowAxis {
  Expr in, out, kernel, front, behind;
  int64_t stride = 1, dilation = 1;
};

// The axes of a node with the attributes strides, dilations, pads, auto_pad and ceil_mode. `spatial`
// holds the input's sizes, `kernel` the window's.
Result<std::vector<WindowAxis>> windows_of(const graph::Graph& graph, const graph::Node& node,
                                           std::span<const Expr> spatial,
                                           std::span<const Expr> kernel);
// The same with the window from the attribute kernel_shape.
Result<std::vector<WindowAxis>> pool_windows(const graph::Graph& graph, const graph::Node& node,
                                             const Shape& shape);

// A list of `rank` positive integers; ones where the attribute is absent.
Result<std::vector<int64_t>> positive_list(const graph::Graph& graph, const graph::Node& node,
                                           std::string_view key, size_t rank);

// The same as a step finds it in its sizes.
struct Axis {
  int64_t in, out, kernel, front, behind, stride, dilation;
};
inline constexpr int64_t kAxisSizes = 7;
void push_axes(ExprPool& exprs, std::vector<Expr>& sizes, std::span<const WindowAxis> axes);
// `rank` axes from sizes on; axes of size 1 with windows of 1 are put in front of fewer than `at_least`.
std::vector<Axis> read_axes(const int64_t* sizes, int64_t rank, int64_t at_least = 0);

// Fails when a size is negative or a window could not be gone through in any run's time.
Status check_axes(std::span<const Axis> axes);

int64_t in_count(std::span<const Axis> axes);
int64_t out_count(std::span<const Axis> axes);
int64_t tap_count(std::span<const Axis> axes);

// The taps [first, last) of output `i` that lie inside of the input.
struct TapRange {
  int64_t first, last;
};
TapRange inside(const Axis& axis, int64_t i);

// Calls visit(tap, offset) for every tap of output position `out` (row-major over the axes) that is
// inside of the input; both are row-major, ascending.
template <class Visit>
void for_each_tap(std::span<const Axis> axes, int64_t out, Visit&& visit) {
  constexpr size_t kMost = 16;
  std::array<int64_t, kMost> start{}, tap{}, last{}, first{};
  const size_t rank = axes.size();
  for (size_t a = rank; a-- > 0; out /= axes[a].out) {
    const int64_t i = out % axes[a].out;
    const TapRange range = inside(axes[a], i);
    if (range.first >= range.last) return;
    start[a] = i * axes[a].stride - axes[a].front;
    first[a] = tap[a] = range.first;
    last[a] = range.last;
  }
  while (true) {
    int64_t index = 0, offset = 0;
    for (size_t a = 0; a < rank; ++a) {
      index = index * axes[a].kernel + tap[a];
      offset = offset * axes[a].in + start[a] + tap[a] * axes[a].dilation;
    }
    visit(index, offset);
    size_t a = rank;
    while (a > 0 && ++tap[a - 1] == last[a - 1]) {
      tap[a - 1] = first[a - 1];
      --a;
    }
    if (a == 0) return;
  }
}

}  // namespace inlay::ops
