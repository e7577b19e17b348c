// Lines of an image, whose channels lie far apart, as rows of vectors with their channels side by side, and
// back: squares of Vec::kWidth channels and elements through registers.
#pragma once

#include "kernels/x86/activation_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kW = Vec::kWidth;

INLAY_INLINE void fill_vectors(Vec::F value, float* to, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) Vec::store(to + i * kW, value);
}

// Lines of `width` elements of at most kW channels.
struct ChannelLines {
  int64_t channels, channel_stride, width;
};

// `count` elements from column `first` on, `around` outside of the line, which is null where all are. Up
// to kW vectors behind them are written too.
inline void read_line(const ChannelLines& lines, const float* line, int64_t first, int64_t count,
                      Vec::F around, float* to) {
  int64_t begin = first < 0 ? -first : 0, end = line ? lines.width - first : 0;
  if (begin > count) begin = count;
  if (end > count) end = count;
  if (end < begin) end = begin;
  fill_vectors(around, to, 0, begin);
  for (int64_t i = begin; i < end; i += kW) {
    Vec::F block[kW];
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) {
      block[c] = Vec::zero();
      if (c >= lines.channels) continue;
      block[c] = Vec::get(line + c * lines.channel_stride + first + i, end - i);
    }
    Vec::transpose(block);
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) Vec::store(to + (i + c) * kW, block[c]);
  }
  fill_vectors(around, to, end, count);
}

// The first `count` of a row of vectors to `line`: Op(vectors + residual). Up to kW vectors behind them
// are read.
template <class Op>
void write_line(const ChannelLines& lines, const float* from, int64_t count, const float* residual,
                float* line) {
  for (int64_t i = 0; i < count; i += kW) {
    Vec::F block[kW];
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) block[c] = Vec::load(from + (i + c) * kW);
    Vec::transpose(block);
    INLAY_UNROLL for (int64_t c = 0; c < kW; ++c) {
      if (c >= lines.channels) continue;
      const int64_t offset = c * lines.channel_stride + i;
      Vec::F y = block[c];
      if (residual) y = Vec::add(y, Vec::get(residual + offset, count - i));
      Vec::put(line + offset, Op::template apply<Vec>(y), count - i);
    }
  }
}

// One call a line, so that what surrounds it is compiled once for all activations.
using WriteLine = void (*)(const ChannelLines& lines, const float* from, int64_t count,
                           const float* residual, float* line);
inline WriteLine line_writer(Activation activation) {
  switch (activation) {
    case Activation::kNone: return write_line<Identity>;
    case Activation::kRelu: return write_line<Relu>;
    case Activation::kGeluErf: return write_line<GeluErf>;
    case Activation::kGeluTanh: return write_line<GeluTanh>;
    case Activation::kTanh: return write_line<Tanh>;
    case Activation::kSigmoid: return write_line<Sigmoid>;
    case Activation::kSilu: return write_line<Silu>;
  }
  return write_line<Identity>;
}

}  // namespace
}  // namespace inlay::kernels
