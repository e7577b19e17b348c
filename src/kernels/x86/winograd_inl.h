// Winograd's transforms over one Vec of channels; see winograd.h.
//
// Images have an element's channels far apart, points have them side by side. So the rows that a row of tiles
// needs are first turned, squares of Vec::kWidth channels and elements through registers, into rows of vectors;
// then a tile is loads, sums and stores of whole vectors wherever it lies. Outputs take the way back.
#pragma once

#include "kernels/winograd.h"
#include "kernels/x86/activation_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kW = Vec::kWidth;

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
    y[1] = Vec::fma(Vec::set(P::kFar), far_difference,
                    Vec::mul(Vec::set(P::kNear), near_difference));
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

INLAY_INLINE void zero_vectors(float* to, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) Vec::store(to + i * kW, Vec::zero());
}

// `count` elements of a line of the image from column t.x on, as vectors of channels.
inline void turn_line(const WinogradTiles& t, const float* x, int64_t line, int64_t count,
                      float* to) {
  if (line < 0 || line >= t.height) return zero_vectors(to, 0, count);
  int64_t begin = t.x < 0 ? -t.x : 0, end = t.width - t.x;
  if (begin > count) begin = count;
  if (end > count) end = count;
  if (end < begin) end = begin;
  zero_vectors(to, 0, begin);
  const float* row = x + line * t.width + t.x;
  for (int64_t i = begin; i < end; i += kW) {
    Vec::F block[kW];
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) {
      block[c] = Vec::zero();
      if (c < t.channels) block[c] = Vec::get(row + c * t.channel_stride + i, end - i);
    }
    Vec::transpose(block);
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) Vec::store(to + (i + c) * kW, block[c]);
  }
  zero_vectors(to, end, count);
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
      turn_line(t, args.x, t.y + row * Form::kOutputs + i, count, t.scratch + i * stride);
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

// `count` elements of a line of y from column t.x on.
template <class Op>
inline void finish_line(const WinogradOutput& args, const float* from, int64_t line,
                        int64_t count) {
  const WinogradTiles& t = args.tiles;
  for (int64_t i = 0; i < count; i += kW) {
    Vec::F block[kW];
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) block[c] = Vec::load(from + (i + c) * kW);
    Vec::transpose(block);
    const int64_t at = line * t.width + t.x + i;
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) {
      if (c >= t.channels) continue;
      const int64_t offset = at + c * t.channel_stride;
      Vec::F y = block[c];
      if (args.residual) y = Vec::add(y, Vec::get(args.residual + offset, count - i));
      Vec::put(args.y + offset, Op::template apply<Vec>(y), count - i);
    }
  }
}

template <class Form, class Op>
inline void output_tiles(const WinogradOutput& args) {
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
      finish_line<Op>(args, t.scratch + i * stride, y + i, count);
    }
  }
}

inline void winograd_input(const WinogradInput& args) {
  if (args.tiles.form == WinogradForm::k4x4)
    input_tiles<Form4x4>(args);
  else
    input_tiles<Form2x2>(args);
}

template <class Op>
void output_with(const WinogradOutput& args) {
  if (args.tiles.form == WinogradForm::k4x4)
    output_tiles<Form4x4, Op>(args);
  else
    output_tiles<Form2x2, Op>(args);
}

inline void winograd_output(const WinogradOutput& args) {
  switch (args.activation) {
    case Activation::kNone: return output_with<Identity>(args);
    case Activation::kRelu: return output_with<Relu>(args);
    case Activation::kGeluErf: return output_with<GeluErf>(args);
    case Activation::kGeluTanh: return output_with<GeluTanh>(args);
    case Activation::kTanh: return output_with<Tanh>(args);
    case Activation::kSigmoid: return output_with<Sigmoid>(args);
    case Activation::kSilu: return output_with<Silu>(args);
  }
}

}  // namespace
}  // namespace inlay::kernels
