// Short copies and fills over one Vec.
#pragma once

#include <stdint.h>

namespace inlay::kernels {
namespace {

// `count` floats, `step` apart.
INLAY_INLINE void copy_floats(const float* from, int64_t step, float* to, int64_t count) {
  constexpr int64_t kW = Vec::kWidth;
  if (step == 1) {
    int64_t i = 0;
    for (; i + kW <= count; i += kW) Vec::store(to + i, Vec::load(from + i));
    if (i < count) Vec::store_first(to + i, Vec::load_first(from + i, count - i), count - i);
  } else if (step == 2) {
    // What is behind the last element is not read: it may lie behind the image.
    for (int64_t i = 0; i < count; i += kW) {
      const int64_t left = 2 * (count - i) - 1;
      const Vec::F low = Vec::get(from + 2 * i, left);
      const int64_t more = left < kW ? 0 : left < 2 * kW ? left - kW : kW - 1;
      const Vec::F high = Vec::load_first(from + 2 * i + (left < kW ? 0 : kW), more);
      Vec::put(to + i, Vec::even(low, high), count - i);
    }
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] = from[i * step];
  }
}

// Adds `count` floats to those that lie `step` apart.
inline void add_floats(const float* from, int64_t step, float* to, int64_t count) {
  constexpr int64_t kW = Vec::kWidth;
  if (step > 2) {
    for (int64_t i = 0; i < count; ++i) to[i * step] += from[i];
    return;
  }
  for (int64_t i = 0; i < count; i += kW) {
    const Vec::F x = Vec::get(from + i, count - i);
    float* y = to + i * step;
    if (step == 1) {
      Vec::put(y, Vec::add(Vec::get(y, count - i), x), count - i);
      continue;
    }
    const int64_t left = 2 * (count - i) - 1;  // what is behind the last element is another's
    Vec::put(y, Vec::add(Vec::get(y, left), Vec::spread_low(x)), left);
    if (left > kW)
      Vec::put(y + kW, Vec::add(Vec::get(y + kW, left - kW), Vec::spread_high(x)), left - kW);
  }
}

INLAY_INLINE void fill_floats(float* to, float value, int64_t count) {
  for (int64_t i = 0; i < count; i += Vec::kWidth) Vec::put(to + i, Vec::set(value), count - i);
}
INLAY_INLINE void zero_floats(float* to, int64_t count) { fill_floats(to, 0.0f, count); }

}  // namespace
}  // namespace inlay::kernels
