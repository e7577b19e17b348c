#include <cmath>

#include "kernels/entries.h"
#include "kernels/ref/activation_ref.h"

namespace inlay::kernels {
namespace {

using P = WinogradPoints;

constexpr int32_t kLanes = 4;
constexpr int64_t kMostSide = 6;

void input_line(WinogradForm form, const float* d, float* v) {
  if (form == WinogradForm::k2x2) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
    return;
  }
  v[0] = std::fma(P::kProduct, d[0], std::fma(-P::kSum, d[2], d[4]));
  const float near_even = std::fma(-P::kFar2, d[2], d[4]);
  const float near_odd = P::kNear * std::fma(-P::kFar2, d[1], d[3]);
  v[1] = near_even + near_odd;
  v[2] = near_even - near_odd;
  const float far_even = std::fma(-P::kNear2, d[2], d[4]);
  const float far_odd = P::kFar * std::fma(-P::kNear2, d[1], d[3]);
  v[3] = far_even + far_odd;
  v[4] = far_even - far_odd;
  v[5] = std::fma(P::kProduct, d[1], std::fma(-P::kSum, d[3], d[5]));
}

void output_line(WinogradForm form, const float* m, float* y) {
  if (form == WinogradForm::k2x2) {
    y[0] = m[0] + (m[1] + m[2]);
    y[1] = m[3] + (m[1] - m[2]);
    return;
  }
  const float near_sum = m[1] + m[2], near_difference = m[1] - m[2];
  const float far_sum = m[3] + m[4], far_difference = m[3] - m[4];
  y[0] = m[0] + (near_sum + far_sum);
  y[1] = std::fma(P::kFar, far_difference, P::kNear * near_difference);
  y[2] = std::fma(P::kFar2, far_sum, P::kNear2 * near_sum);
  y[3] = std::fma(P::kFar3, far_difference, std::fma(P::kNear3, near_difference, m[5]));
}

// Both passes: `line` over the columns of an [n, n] block, then over the rows of what comes out.
template <class Line>
void both_ways(Line line, WinogradForm form, int64_t n, int64_t results, const float* block,
               float* out) {
  float between[kMostSide * kMostSide], column[kMostSide], result[kMostSide];
  for (int64_t j = 0; j < n; ++j) {
    for (int64_t i = 0; i < n; ++i) column[i] = block[i * n + j];
    line(form, column, result);
    for (int64_t i = 0; i < results; ++i) between[i * n + j] = result[i];
  }
  for (int64_t i = 0; i < results; ++i) line(form, between + i * n, out + i * results);
}

template <class Visit>
void for_each_tile(const WinogradTiles& t, Visit visit) {
  for (int64_t row = 0; row < t.rows; ++row) {
    for (int64_t column = 0; column < t.columns; ++column) {
      const int64_t outputs = winograd_outputs(t.form);
      for (int64_t c = 0; c < t.channels; ++c) {
        visit(row * t.columns + column, c, t.y + row * outputs, t.x + column * outputs);
      }
    }
  }
}

void input(const WinogradInput& args) {
  const WinogradTiles& t = args.tiles;
  const int64_t side = winograd_side(t.form);
  for (int64_t p = 0; p < side * side; ++p) {
    for (int64_t tile = 0; tile < t.rows * t.columns; ++tile) {
      for (int64_t c = t.channels; c < kLanes; ++c) {
        args.points[p * t.point_stride + tile * t.tile_stride + c] = 0;
      }
    }
  }
  for_each_tile(t, [&](int64_t tile, int64_t c, int64_t y, int64_t x) {
    float block[kMostWinogradPoints], points[kMostWinogradPoints];
    for (int64_t i = 0; i < side * side; ++i) {
      const int64_t line = y + i / side, column = x + i % side;
      const bool inside = line >= 0 && line < t.height && column >= 0 && column < t.width;
      block[i] = inside ? args.x[c * t.channel_stride + line * t.width + column] : 0;
    }
    both_ways(input_line, t.form, side, side, block, points);
    for (int64_t p = 0; p < side * side; ++p) {
      args.points[p * t.point_stride + tile * t.tile_stride + c] = points[p];
    }
  });
}

void output(const WinogradOutput& args) {
  const WinogradTiles& t = args.tiles;
  const int64_t side = winograd_side(t.form), outputs = winograd_outputs(t.form);
  for_each_tile(t, [&](int64_t tile, int64_t c, int64_t y, int64_t x) {
    float points[kMostWinogradPoints], block[kMostWinogradPoints];
    for (int64_t p = 0; p < side * side; ++p) {
      points[p] = args.points[p * t.point_stride + tile * t.tile_stride + c];
    }
    both_ways(output_line, t.form, side, outputs, points, block);
    for (int64_t i = 0; i < outputs * outputs; ++i) {
      const int64_t line = y + i / outputs, column = x + i % outputs;
      if (line >= t.height || column >= t.width) continue;
      const int64_t at = c * t.channel_stride + line * t.width + column;
      float sum = block[i] + (args.bias ? args.bias[c] : 0);
      if (args.residual) sum += args.residual[at];
      args.y[at] = static_cast<float>(activation_ref(args.activation, static_cast<double>(sum)));
    }
  });
}

}  // namespace

const WinogradKernel kWinogradRef = {"winograd_f32_ref", 0, kLanes, input, output};

}  // namespace inlay::kernels
