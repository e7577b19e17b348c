// Winograd's transforms over one Vec of channels; see winograd.h.
//
// Images have an element's channels far apart, points have them side by side. So the rows that a row of tiles needs
// are first turned into rows of vectors; then a tile is loads, sums and stores of whole vectors wherever it lies.
// Outputs take the way back.
#pragma once

#include "kernels/winograd.h"
#include "kernels/x86/channel_lines_inl.h"

namespace inlay::kernels {
namespace {

struct Form2x2 {
  static constexpr int kOutputs = 2, kSide = 4;

  INLAY_INLINE void input(const Vec::F (&d)[4], Vec::F (&v)[4]) {
    v[0] = Vec::sub(d[0], d[2]);
    v[1] = Vec::add(d[1], d[2]);
    v[2] = Vec::sub(d[2], d[1]);
    v[3] = Vec::sub(d[3], d[1]);
  }
  INLAY_INLINE void output(const Vec::F (&m)[4], Vec::F (&y)[2]) {
    y[0] = Vec::add(m[0], Vec::add(m[1], m[2]));
    y[1] = Vec::add(m[3], Vec::sub(m[1], m[2]));
  }
};

struct Form4x4 {
  static constexpr int kOutputs = 4, kSide = 6;
  using P = WinogradPoints;

  INLAY_INLINE void input(const Vec::F (&d)[6], Vec::F (&v)[6]) {
    const Vec::F sum = Vec::set(P::kSum), product = Vec::set(P::kProduct);
    v[0] = Vec::fma(product, d[0], Vec::fnma(sum, d[2], d[4]));
    v[5] = Vec::fma(product, d[1], Vec::fnma(sum, d[3], d[5]));
    pair(d, P::kNear, P::kFar2, v[1], v[2]);
    pair(d, P::kFar, P::kNear2, v[3], v[4]);
  }
  INLAY_INLINE void output(const Vec::F (&m)[6], Vec::F (&y)[4]) {
    const Vec::F near_sum = Vec::add(m[1], m[2]), near_difference = Vec::sub(m[1], m[2]);
    const Vec::F far_sum = Vec::add(m[3], m[4]), far_difference = Vec::sub(m[3], m[4]);
    y[0] = Vec::add(m[0], Vec::add(near_sum, far_sum));
    y[1] =
        Vec::fma(Vec::set(P::kFar), far_difference, Vec::mul(Vec::set(P::kNear), near_difference));
    y[2] = Vec::fma(Vec::set(P::kFar2), far_sum, Vec::mul(Vec::set(P::kNear2), near_sum));
    y[3] = Vec::fma(Vec::set(P::kFar3), far_difference,
                    Vec::fma(Vec::set(P::kNear3), near_difference, m[5]));
  }

 private:
  // A point and its negative; `other2` is the square of the other pair's.
  INLAY_INLINE void pair(const Vec::F (&d)[6], float point, float other2, Vec::F& plus,
                         Vec::F& minus) {
    const Vec::F other = Vec::set(other2);
    const Vec::F even = Vec::fnma(other, d[2], d[4]);
    const Vec::F odd = Vec::mul(Vec::set(point), Vec::fnma(other, d[1], d[3]));
    plus = Vec::add(even, odd);
    minus = Vec::sub(even, odd);
  }
};

// Vectors of a row of the scratch.
INLAY_INLINE int64_t row_vectors(const WinogradTiles& t) {
  return t.columns * winograd_outputs(t.form) + 2 + kW;
}

INLAY_INLINE ChannelLines lines_of(const WinogradTiles& t) {
  return {t.channels, t.channel_stride, t.width};
}

template <class Form>
inline void input_tile(const float* rows, int64_t row_stride, float* points, int64_t point_stride) {
  Vec::F between[Form::kSide][Form::kSide];
  INLAY_UNROLL for (int j = 0; j < Form::kSide; ++j) {
    Vec::F d[Form::kSide], v[Form::kSide];
    INLAY_UNROLL for (int i = 0; i < Form::kSide; ++i) {
      d[i] = Vec::load(rows + i * row_stride + j * kW);
    }
    Form::input(d, v);
    INLAY_UNROLL for (int i = 0; i < Form::kSide; ++i) between[i][j] = v[i];
  }
  INLAY_UNROLL for (int i = 0; i < Form::kSide; ++i) {
    Vec::F v[Form::kSide];
    Form::input(between[i], v);
    INLAY_UNROLL for (int j = 0; j < Form::kSide; ++j) {
      Vec::store(points, v[j]);
      points += point_stride;
    }
  }
}

template <class Form>
inline void input_tiles(const WinogradInput& args) {
  const WinogradTiles& t = args.tiles;
  const int64_t stride = row_vectors(t) * kW, count = t.columns * Form::kOutputs + 2;
  float* points = args.points;
  for (int64_t row = 0; row < t.rows; ++row) {
    for (int64_t i = 0; i < Form::kSide; ++i) {
      const int64_t line = t.y + row * Form::kOutputs + i;
      const float* from = line >= 0 && line < t.height ? args.x + line * t.width : nullptr;
      read_line(lines_of(t), from, t.x, count, Vec::zero(), t.scratch + i * stride);
    }
    for (int64_t column = 0; column < t.columns; ++column, points += t.tile_stride) {
      input_tile<Form>(t.scratch + column * Form::kOutputs * kW, stride, points, t.point_stride);
    }
  }
}

template <class Form>
inline void output_tile(const float* points, int64_t point_stride, Vec::F bias, float* rows,
                        int64_t row_stride) {
  Vec::F between[Form::kOutputs][Form::kSide];
  INLAY_UNROLL for (int j = 0; j < Form::kSide; ++j) {
    Vec::F m[Form::kSide], y[Form::kOutputs];
    INLAY_UNROLL for (int i = 0; i < Form::kSide; ++i) {
      m[i] = Vec::load(points + (i * Form::kSide + j) * point_stride);
    }
    Form::output(m, y);
    INLAY_UNROLL for (int i = 0; i < Form::kOutputs; ++i) between[i][j] = y[i];
  }
  INLAY_UNROLL for (int i = 0; i < Form::kOutputs; ++i) {
    Vec::F y[Form::kOutputs];
    Form::output(between[i], y);
    INLAY_UNROLL for (int j = 0; j < Form::kOutputs; ++j) {
      Vec::store(rows + i * row_stride + j * kW, Vec::add(y[j], bias));
    }
  }
}

template <class Form>
inline void output_tiles(const WinogradOutput& args) {
  const WriteLine write = line_writer(args.activation);
  const WinogradTiles& t = args.tiles;
  const int64_t stride = row_vectors(t) * kW;
  const int64_t left = t.width - t.x;
  const int64_t count = left < t.columns * Form::kOutputs ? left : t.columns * Form::kOutputs;
  const Vec::F bias = args.bias ? Vec::get(args.bias, t.channels) : Vec::zero();
  const float* points = args.points;
  for (int64_t row = 0; row < t.rows; ++row) {
    for (int64_t column = 0; column < t.columns; ++column, points += t.tile_stride) {
      output_tile<Form>(points, t.point_stride, bias, t.scratch + column * Form::kOutputs * kW,
                        stride);
    }
    const int64_t y = t.y + row * Form::kOutputs;
    for (int64_t i = 0; i < Form::kOutputs && y + i < t.height; ++i) {
      const int64_t at = (y + i) * t.width + t.x;
      const float* residual = args.residual ? args.residual + at : nullptr;
      write(lines_of(t), t.scratch + i * stride, count, residual, args.y + at);
    }
  }
}

inline void winograd_input(const WinogradInput& args) {
  if (args.tiles.form == WinogradForm::k4x4)
    input_tiles<Form4x4>(args);
  else
    input_tiles<Form2x2>(args);
}

inline void winograd_output(const WinogradOutput& args) {
  if (args.tiles.form == WinogradForm::k4x4)
    output_tiles<Form4x4>(args);
  else
    output_tiles<Form2x2>(args);
}

}  // namespace
}  // namespace inlay::kernels
