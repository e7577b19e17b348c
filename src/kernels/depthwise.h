// Windows that slide over each channel of an image alone, `lanes` channels at a time: depthwise convolutions and
// pools. For images of any size, small ones above all; window_rows.h takes one channel at a time.
//
// Contract: a weighted sum is one chain of fused multiply-adds over the window's taps in their order, which starts
// from the bias; then the residual is added and the activation applied. So entries agree to the bit but for the
// last bits of an activation. A NaN among the elements may be lost by highest. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/activation.h"
#include "kernels/kernel_table.h"

namespace inlay::kernels {

// Tap t of output i reads input i * stride + t * dilation - front.
struct DepthwiseAxis {
  int64_t in, out, kernel, stride, dilation, front;
};

// Outputs of rows [begin, end) of `channels` channels, at most the kernel's lanes.
struct DepthwiseArgs {
  int64_t channels;
  DepthwiseAxis rows, columns;
  int64_t begin, end;
  const float* x;        // [channels, rows.in, columns.in], 0 around
  const float* weights;  // a channel's taps are weight_stride behind the last one's
  int64_t weight_stride;
  const float* bias;      // [channels], or null
  const float* residual;  // as y, or null
  float* y;               // [channels, rows.out, columns.out]
  Activation activation;
  float* scratch;  // depthwise_scratch_floats(…), 64-byte aligned
};

struct DepthwiseKernel {
  const char* name;
  uint32_t isa;
  int32_t lanes;
  void (*weighted_sum)(const DepthwiseArgs& args);
  void (*highest)(const DepthwiseArgs& args);  // -inf for a window without elements
};

const DepthwiseKernel& depthwise_kernel();
KernelTable<DepthwiseKernel> depthwise_table();

// Elements that an axis' window lies over for `outputs` outputs.
constexpr int64_t depthwise_span(const DepthwiseAxis& axis, int64_t outputs) {
  return (outputs - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
}
// The rows under a window, a row of outputs and the weights, all with `lanes` channels side by side.
constexpr int64_t depthwise_scratch_floats(const DepthwiseAxis& rows, const DepthwiseAxis& columns,
                                           int64_t lanes) {
  return (depthwise_span(rows, 1) * (depthwise_span(columns, columns.out) + lanes) + columns.out +
          lanes + rows.kernel * columns.kernel) *
         lanes;
}

}  // namespace inlay::kernels
