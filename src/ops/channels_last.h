// Images with their channels side by side, so that what happens at a place happens to vectors of channels.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ops/lanes.h"
#include "ops/lowering.h"

namespace inlay::ops {

// From this many channels on it is worth the work.
inline constexpr int64_t kChannelsLast = 8;

// y[column * y_stride + row] = x[row * x_stride + column].
inline void transpose_floats(const float* x, int64_t x_stride, int64_t rows, int64_t columns,
                             float* y, int64_t y_stride) {
  constexpr int64_t kBlock = 16;  // a line of cache
  for (int64_t r = 0; r < rows; r += kBlock)
    for (int64_t c = 0; c < columns; c += kBlock)
      for (int64_t i = c; i < std::min(c + kBlock, columns); ++i)
        for (int64_t j = r; j < std::min(r + kBlock, rows); ++j)
          y[i * y_stride + j] = x[j * x_stride + i];
}

// [images, channels, elements] as [images, elements, channels], over all threads.
inline void channels_last(RunServices& run, const float* x, int64_t images, int64_t channels,
                          int64_t elements, float* y) {
  constexpr int64_t kElements = 256;
  const int64_t blocks = (elements + kElements - 1) / kElements;
  for_each_range(run.pool(), images * blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end && !run.cancelled(); ++i) {
      const int64_t first = i % blocks * kElements, image = i / blocks * channels * elements;
      transpose_floats(x + image + first, elements, channels, std::min(elements - first, kElements),
                       y + image + first * channels, channels);
    }
  });
}

}  // namespace inlay::ops
