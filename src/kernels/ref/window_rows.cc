#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

void weighted_sum(const WindowRow& row) {
  for (int64_t i = 0; i < row.n; ++i) {
    float sum = row.start;
    for (int64_t t = 0; t < row.taps; ++t)
      sum = std::fma(row.weights[t], row.x[row.offsets[t] + i], sum);
    row.y[i] = sum;
  }
}

void highest(const WindowRow& row) {
  for (int64_t i = 0; i < row.n; ++i) {
    float best = row.start;
    for (int64_t t = 0; t < row.taps; ++t) {
      const float x = row.x[row.offsets[t] + i];
      best = x > best ? x : best;
    }
    row.y[i] = best;
  }
}

void pad(const PaddedRow& row) {
  for (int64_t i = 0; i < row.n; ++i)
    row.y[i] = i >= row.begin && i < row.end ? row.x[(i - row.begin) * row.step] : row.around;
}

void picked_sum(const PickedRow& row) {
  for (int64_t i = 0; i < row.n; ++i) {
    if (!row.weights) {
      row.y[i] = row.index[i] < 0 ? 0.0f : row.x[row.index[i]];
      continue;
    }
    float sum = 0;
    for (int64_t t = 0; t < row.taps; ++t) {
      const int32_t index = row.index[t * row.pitch + i];
      if (index >= 0) sum = std::fma(row.weights[t * row.pitch + i], row.x[index], sum);
    }
    row.y[i] = sum;
  }
}

void transpose(const TransposedRows& rows) {
  for (int64_t r = 0; r < rows.rows; ++r)
    for (int64_t c = 0; c < rows.columns; ++c)
      rows.y[c * rows.y_stride + r] = rows.x[r * rows.x_stride + c];
}

}  // namespace

const WindowRowsKernel kWindowRowsRef = {
    "window_rows_f32_ref", 0, weighted_sum, highest, pad, picked_sum, transpose};

}  // namespace inlay::kernels
