#include "ops/window_lines.h"

namespace inlay::ops {

kernels::DepthwiseAxis kernel_axis(const Axis& axis) {
  return {axis.in, axis.out, axis.kernel, axis.stride, axis.dilation, axis.front};
}

int64_t lines_floats(std::span<const Axis> axes) {
  const int64_t floats = kernels::depthwise_scratch_floats(
      kernel_axis(axes[1]), kernel_axis(axes[2]), kernels::depthwise_kernel().lanes);
  return (floats + 15) / 16 * 16;
}

bool takes_lines(std::span<const Axis> axes) {
  constexpr int64_t kMostFloats = 1 << 18;                          // a second-level cache
  constexpr int64_t kMostWindow = 1 << 12, kMostOutputs = 1 << 20;  // products stay in 64 bits
  const Axis& outer = axes[0];
  if (outer.in != 1 || outer.out != 1 || outer.kernel != 1) return false;
  for (const Axis& axis : axes.subspan(1))
    if (axis.kernel < 1 || std::max({axis.kernel, axis.dilation, axis.stride}) > kMostWindow ||
        axis.out > kMostOutputs)
      return false;
  return lines_floats(axes) <= kMostFloats;
}

}  // namespace inlay::ops
