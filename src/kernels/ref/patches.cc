#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

int64_t taps(const PatchArgs& args) {
  return args.axis[0].kernel * args.axis[1].kernel * args.axis[2].kernel;
}

// The element at a tap of the window of an output position; 0 outside of the image.
float element(const PatchArgs& args, int64_t channel, int64_t tap, int64_t position) {
  int64_t offset = 0, step = 1;
  for (int a = 2; a >= 0; --a) {
    const PatchAxis& axis = args.axis[a];
    const int64_t at =
        position % axis.out * axis.stride + tap % axis.kernel * axis.dilation - axis.front;
    if (at < 0 || at >= axis.in) return 0;
    offset += at * step;
    step *= axis.in;
    position /= axis.out;
    tap /= axis.kernel;
  }
  return args.x[channel * step + offset];
}

void pack(const PatchArgs& args, int64_t begin, int64_t end, int64_t panel, float* packed) {
  const int64_t window = taps(args);
  for (int64_t first = begin; first < end; first += panel) {
    for (int64_t channel = 0; channel < args.channels; ++channel) {
      for (int64_t tap = 0; tap < window; ++tap) {
        for (int64_t column = 0; column < panel; ++column) {
          const int64_t position = first + column;
          *packed++ = position < end ? element(args, channel, tap, position) : 0;
        }
      }
    }
  }
}

void add(const float* from, int64_t stride, float* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i * stride] += from[i];
}

}  // namespace

const PatchesKernel kPatchesRef = {"patches_f32_ref", 0, pack, add};

}  // namespace inlay::kernels
