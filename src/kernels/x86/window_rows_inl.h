// Sliding windows over one Vec; see window_rows.h. Several vectors at a time hide the additions' latency.
#pragma once

#include "kernels/window_rows.h"
#include "kernels/x86/copy_inl.h"

namespace inlay::kernels {
namespace {

struct WeightedSum {
  INLAY_INLINE Vec::F next(const WindowRow& row, int64_t t, Vec::F x, Vec::F sum) {
    return Vec::fma(Vec::set(row.weights[t]), x, sum);
  }
};
struct Highest {
  INLAY_INLINE Vec::F next(const WindowRow&, int64_t, Vec::F x, Vec::F best) {
    return Vec::max(x, best);
  }
};

// kVectors vectors from output i on, of which the last has `last` elements.
template <class Op, int kVectors>
void window_vectors(const WindowRow& row, int64_t i, int64_t last) {
  Vec::F sum[kVectors];
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) sum[v] = Vec::set(row.start);
  for (int64_t t = 0; t < row.taps; ++t) {
    const float* x = row.x + row.offsets[t] + i;
    INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
      const Vec::F from =
          v + 1 < kVectors ? Vec::load(x + v * Vec::kWidth) : Vec::get(x + v * Vec::kWidth, last);
      sum[v] = Op::next(row, t, from, sum[v]);
    }
  }
  INLAY_UNROLL for (int v = 0; v < kVectors; ++v) {
    float* y = row.y + i + v * Vec::kWidth;
    if (v + 1 < kVectors)
      Vec::store(y, sum[v]);
    else
      Vec::put(y, sum[v], last);
  }
}

template <class Op>
void window_row(const WindowRow& row) {
  constexpr int64_t kW = Vec::kWidth;
  int64_t i = 0;
  for (; i + 4 * kW <= row.n; i += 4 * kW) window_vectors<Op, 4>(row, i, kW);
  const int64_t left = row.n - i;
  if (left > 3 * kW)
    window_vectors<Op, 4>(row, i, left - 3 * kW);
  else if (left > 2 * kW)
    window_vectors<Op, 3>(row, i, left - 2 * kW);
  else if (left > kW)
    window_vectors<Op, 2>(row, i, left - kW);
  else if (left > 0)
    window_vectors<Op, 1>(row, i, left);
}

inline void weighted_sum(const WindowRow& row) { window_row<WeightedSum>(row); }
inline void highest(const WindowRow& row) { window_row<Highest>(row); }

inline void pad_row(const PaddedRow& row) {
  fill_floats(row.y, row.around, row.begin);
  if (row.begin < row.end) {
    copy_floats(row.x, row.step, row.y + row.begin, row.end - row.begin);
  }
  fill_floats(row.y + row.end, row.around, row.n - row.end);
}

}  // namespace
}  // namespace inlay::kernels
