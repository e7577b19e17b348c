// Windows over one Vec of channels; see depthwise.h. The lines under a window are kept as rows of
// vectors, line l in row l % rows, so that each line is turned once.
#pragma once

#include "kernels/depthwise.h"
#include "kernels/x86/channel_lines_inl.h"

namespace inlay::kernels {
namespace {

struct DepthwiseBuffers {
  float* lines;
  int64_t line_count, line_stride;
  float* outputs;
  float* weights;  // [taps, kW]
};

INLAY_INLINE DepthwiseBuffers depthwise_buffers(const DepthwiseArgs& a) {
  DepthwiseBuffers b;
  b.lines = a.scratch;
  b.line_count = depthwise_span(a.rows, 1);
  b.line_stride = (depthwise_span(a.columns, a.columns.out) + kW) * kW;
  b.outputs = b.lines + b.line_count * b.line_stride;
  b.weights = b.outputs + (a.columns.out + kW) * kW;
  return b;
}

INLAY_INLINE void turn_weights(const DepthwiseArgs& a, float* to) {
  for (int64_t t = 0; t < a.rows.kernel * a.columns.kernel; ++t, to += kW) {
    Vec::store(to, Vec::set(a.weights ? 0.0f : 1.0f));
    for (int64_t c = 0; a.weights && c < a.channels; ++c)
      to[c] = a.weights[c * a.weight_stride + t];
  }
}

struct WindowSum {
  INLAY_INLINE float around() { return 0; }
  INLAY_INLINE Vec::F next(Vec::F weight, Vec::F x, Vec::F sum) { return Vec::fma(weight, x, sum); }
};
struct WindowHighest {
  INLAY_INLINE float around() { return -__builtin_inff(); }
  INLAY_INLINE Vec::F next(Vec::F, Vec::F x, Vec::F best) { return Vec::max(x, best); }
};

// kCount outputs side by side.
template <class Window, int kCount>
INLAY_INLINE void depthwise_outputs(const DepthwiseArgs& a, const DepthwiseBuffers& b, Vec::F start,
                                    int64_t first_row, int64_t column) {
  Vec::F sum[kCount];
  INLAY_UNROLL for (int i = 0; i < kCount; ++i) sum[i] = start;
  const float* weight = b.weights;
  const int64_t step = a.columns.stride * kW;
  int64_t row = first_row;
  for (int64_t ty = 0; ty < a.rows.kernel; ++ty) {
    const float* x = b.lines + row * b.line_stride + column * step;
    for (int64_t tx = 0; tx < a.columns.kernel; ++tx) {
      const Vec::F w = Vec::load(weight);
      INLAY_UNROLL for (int i = 0; i < kCount; ++i) {
        sum[i] = Window::next(w, Vec::load(x + i * step), sum[i]);
      }
      x += a.columns.dilation * kW;
      weight += kW;
    }
    row += a.rows.dilation;
    if (row >= b.line_count) row -= b.line_count;
  }
  INLAY_UNROLL for (int i = 0; i < kCount; ++i) Vec::store(b.outputs + (column + i) * kW, sum[i]);
}

template <class Window>
void depthwise_rows(const DepthwiseArgs& a, WriteLine write) {
  const DepthwiseBuffers b = depthwise_buffers(a);
  const ChannelLines in = {a.channels, a.rows.in * a.columns.in, a.columns.in};
  const ChannelLines out = {a.channels, a.rows.out * a.columns.out, a.columns.out};
  const int64_t width = depthwise_span(a.columns, a.columns.out);
  const Vec::F around = Vec::set(Window::around());
  const Vec::F start = a.bias ? Vec::get(a.bias, a.channels) : around;
  turn_weights(a, b.weights);
  int64_t ready = a.begin * a.rows.stride, slot = 0;  // the line that comes next, and its row
  for (int64_t y = a.begin; y < a.end; ++y) {
    const int64_t first = y * a.rows.stride;
    for (; ready < first + b.line_count; ++ready) {
      const int64_t line = ready - a.rows.front;
      const bool needed = ready >= first && line >= 0 && line < a.rows.in;
      const float* from = needed ? a.x + line * a.columns.in : nullptr;
      read_line(in, from, -a.columns.front, width, around, b.lines + slot * b.line_stride);
      if (++slot == b.line_count) slot = 0;
    }
    int64_t column = 0;
    for (; column + 6 <= a.columns.out; column += 6)
      depthwise_outputs<Window, 6>(a, b, start, slot, column);
    for (; column < a.columns.out; ++column)
      depthwise_outputs<Window, 1>(a, b, start, slot, column);
    const int64_t at = y * a.columns.out;
    write(out, b.outputs, a.columns.out, a.residual ? a.residual + at : nullptr, a.y + at);
  }
}

inline void depthwise_sum(const DepthwiseArgs& args) {
  depthwise_rows<WindowSum>(args, line_writer(args.activation));
}

inline void depthwise_highest(const DepthwiseArgs& args) {
  depthwise_rows<WindowHighest>(args, write_line<Identity>);
}

}  // namespace
}  // namespace inlay::kernels
