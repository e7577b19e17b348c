// Images with their channels side by side, so that what happens at a place happens to vectors of channels.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/window_rows.h"
#include "ops/lanes.h"
#include "ops/lowering.h"

namespace inlay::ops {

// From this many channels on it is worth the work.
inline constexpr int64_t kChannelsLast = 8;

// [images, channels, elements] as [images, elements, channels], over all threads.
inline void channels_last(RunServices& run, const float* x, int64_t images, int64_t channels,
                          int64_t elements, float* y) {
  constexpr int64_t kElements = 256;
  const int64_t blocks = (elements + kElements - 1) / kElements;
  for_each_range(run.pool(), images * blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end && !run.cancelled(); ++i) {
      const int64_t first = i % blocks * kElements, image = i / blocks * channels * elements;
      kernels::window_rows_kernel().transpose({x + image + first, elements, channels,
                                               std::min(elements - first, kElements),
                                               y + image + first * channels, channels});
    }
  });
}

}  // namespace inlay::ops
