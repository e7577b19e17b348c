// What a convolution multiplies its weights by: windows of an image as columns of a packed matrix, in the
// panels that gemm.h describes.
//
//   pack(args, begin, end, gemm.tile_n, packed);   // output positions [begin, end)
//
// Row (c, t) of the packed [channels * taps, end - begin] matrix holds, for each output position, the element
// of channel c at tap t of its window; 0 where that is outside of the image. Taps and positions are
// row-major over three axes; images with fewer have axes of size 1 in front. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

// Tap t of output i reads input i * stride + t * dilation - front.
struct PatchAxis {
  int64_t in, out, kernel, stride, dilation, front;
};

struct PatchArgs {
  const float* x;  // [channels, axis[0].in, axis[1].in, axis[2].in]
  int64_t channels;
  PatchAxis axis[3];
};

struct PatchesKernel {
  const char* name;
  uint32_t isa;
  // The last panel's columns from `end` on become 0. Whole panels are written:
  // packed_bytes(channels * taps, end - begin) bytes.
  void (*pack)(const PatchArgs& args, int64_t begin, int64_t end, int64_t panel, float* packed);
  // The other way, for one tap of a row of windows: to[i * stride] += from[i] for i in [0, count). What lies between
  // those elements may be written as it was, or a zero without its sign.
  void (*add)(const float* from, int64_t stride, float* to, int64_t count);
};

const PatchesKernel& patches_kernel();
KernelTable<PatchesKernel> patches_table();

}  // namespace inlay::kernels
