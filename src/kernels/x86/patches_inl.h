// Windows as columns of panels over one Vec; see patches.h.
//
// A panel's columns are cut into runs of positions in one output row. For a tap, a run's elements lie in one
// input row, `stride` apart, so that each row of the panel is filled by short copies between zeros.
#pragma once

#include "kernels/patches.h"
#include "kernels/x86/copy_inl.h"

namespace inlay::kernels {
namespace {

// Columns of one output row: positions (z, y, x) to (z, y, x + count).
struct PatchRun {
  int64_t z, y, x, count;
};

// The columns [low, high) of a run that are inside of the image at a tap of the last axis.
struct PatchSpan {
  int64_t low, high;
};

// Divisions of 64 bits take longer than the copies that they are for; most strides do without.
INLAY_INLINE int64_t divide_up(int64_t a, int64_t b) {
  if (a <= 0) return 0;
  return b == 1 ? a : b == 2 ? (a + 1) >> 1 : (a + b - 1) / b;
}

INLAY_INLINE PatchSpan patch_span(const PatchAxis& axis, const PatchRun& run, int64_t tap) {
  const int64_t start = run.x * axis.stride + tap * axis.dilation - axis.front;
  int64_t low = divide_up(-start, axis.stride), high = divide_up(axis.in - start, axis.stride);
  if (high > run.count) high = run.count;
  if (low > high) low = high;
  return {low, high};
}

constexpr int64_t kMostSpans = 32;

// All taps of the last axis: rows of the panel from `to` on, `panel` apart. `row`: the input's row, or null
// where it is outside of the image.
INLAY_INLINE void pack_taps(const PatchArgs& args, const PatchRun& run, const PatchSpan* spans,
                            const float* row, int64_t panel, float* to) {
  const PatchAxis& axis = args.axis[2];
  const int64_t start = run.x * axis.stride - axis.front;
  for (int64_t tap = 0; tap < axis.kernel; ++tap, to += panel) {
    const PatchSpan span = !row               ? PatchSpan{0, 0}
                           : tap < kMostSpans ? spans[tap]
                                              : patch_span(axis, run, tap);
    zero_floats(to, span.low);
    if (span.low < span.high) {
      const float* from = row + start + tap * axis.dilation + span.low * axis.stride;
      copy_floats(from, axis.stride, to + span.low, span.high - span.low);
    }
    zero_floats(to + span.high, run.count - span.high);
  }
}

inline void pack_run(const PatchArgs& args, const PatchRun& run, int64_t panel, float* to) {
  const PatchAxis &az = args.axis[0], &ay = args.axis[1], &ax = args.axis[2];
  PatchSpan spans[kMostSpans];
  for (int64_t tap = 0; tap < ax.kernel && tap < kMostSpans; ++tap)
    spans[tap] = patch_span(ax, run, tap);
  for (int64_t c = 0; c < args.channels; ++c) {
    const float* image = args.x + c * az.in * ay.in * ax.in;
    for (int64_t tz = 0; tz < az.kernel; ++tz) {
      const int64_t z = run.z * az.stride + tz * az.dilation - az.front;
      for (int64_t ty = 0; ty < ay.kernel; ++ty, to += ax.kernel * panel) {
        const int64_t y = run.y * ay.stride + ty * ay.dilation - ay.front;
        const bool inside = z >= 0 && z < az.in && y >= 0 && y < ay.in;
        const float* row = inside ? image + (z * ay.in + y) * ax.in : nullptr;
        pack_taps(args, run, spans, row, panel, to);
      }
    }
  }
}

// Windows of one element that touch each other: channels as they lie.
inline bool is_flat(const PatchArgs& args) {
  for (const PatchAxis& axis : args.axis) {
    if (axis.kernel != 1 || axis.stride != 1 || axis.front != 0 || axis.in != axis.out)
      return false;
  }
  return true;
}

inline void pack_flat(const PatchArgs& args, int64_t begin, int64_t end, int64_t panel,
                      float* packed) {
  const int64_t count = args.axis[0].in * args.axis[1].in * args.axis[2].in;
  for (int64_t c = 0; c < args.channels; ++c) {
    const float* from = args.x + c * count;
    float* to = packed + c * panel;
    for (int64_t p = begin; p < end; p += panel, to += args.channels * panel) {
      const int64_t width = end - p < panel ? end - p : panel;
      copy_floats(from + p, 1, to, width);
      zero_floats(to + width, panel - width);
    }
  }
}

inline void pack_patches(const PatchArgs& args, int64_t begin, int64_t end, int64_t panel,
                         float* packed) {
  if (is_flat(args)) return pack_flat(args, begin, end, panel, packed);
  const PatchAxis &az = args.axis[0], &ay = args.axis[1], &ax = args.axis[2];
  const int64_t k = args.channels * az.kernel * ay.kernel * ax.kernel;
  for (; begin < end; begin += panel, packed += k * panel) {
    const int64_t width = end - begin < panel ? end - begin : panel;
    for (int64_t column = 0; column < width;) {
      const int64_t p = begin + column, x = p % ax.out, rows = p / ax.out;
      int64_t count = ax.out - x;
      if (count > width - column) count = width - column;
      pack_run(args, {rows / ay.out, rows % ay.out, x, count}, panel, packed + column);
      column += count;
    }
    for (int64_t row = 0; row < k && width < panel; ++row) {
      zero_floats(packed + row * panel + width, panel - width);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
