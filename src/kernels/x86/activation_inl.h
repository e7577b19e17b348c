// Elementwise functions over one Vec; see activation.h.
#pragma once

#include "kernels/activation.h"
#include "kernels/x86/math_inl.h"

namespace inlay::kernels {
namespace {

// The last n elements, fewer than Several has, through a copy: one body serves all counts.
template <class... P>
[[gnu::noinline]] void map_rest(void (*map)(P... p, const float* x, float* y, int64_t n), P... p,
                                const float* x, float* y, int64_t n) {
  float some[Several::kWidth] = {};
  for (int64_t i = 0; i < n; i += Vec::kWidth) Vec::put(some + i, Vec::get(x + i, n - i), n - i);
  map(p..., some, some, Several::kWidth);
  for (int64_t i = 0; i < n; i += Vec::kWidth) Vec::put(y + i, Vec::get(some + i, n - i), n - i);
}

template <class Op>
void map(const float* x, float* y, int64_t n) {
  int64_t i = 0;
  for (; i + Several::kWidth <= n; i += Several::kWidth) {
    Several::store(y + i, Op::template apply<Several>(Several::load(x + i)));
  }
  if (i < n) map_rest<>(map<Op>, x + i, y + i, n - i);
}

template <class Op>
void map_with(const float* p, const float* x, float* y, int64_t n) {
  int64_t i = 0;
  for (; i + Several::kWidth <= n; i += Several::kWidth) {
    Several::store(y + i, Op::template apply<Several>(Several::load(x + i), p));
  }
  if (i < n) map_rest<const float*>(map_with<Op>, p, x + i, y + i, n - i);
}

// Blocks that hold a large number or NaN go to the C library.
template <class Op>
void map_wave(double (*exact)(double), const float* x, float* y, int64_t n) {
  constexpr int64_t kBlock = 128;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t count = n - begin < kBlock ? n - begin : kBlock;
    bool small = true;
    for (int64_t i = begin; i < begin + count; ++i)
      small = small & (__builtin_fabsf(x[i]) <= Op::kLargest);
    if (small) {
      map<Op>(x + begin, y + begin, count);
      continue;
    }
    for (int64_t i = begin; i < begin + count; ++i) y[i] = static_cast<float>(exact(x[i]));
  }
}

inline double exact_sin(double x) { return __builtin_sin(x); }
inline double exact_cos(double x) { return __builtin_cos(x); }

inline void run_unary(Unary op, const float* x, float* y, int64_t n) {
  switch (op) {
    case Unary::kRelu: return map<Relu>(x, y, n);
    case Unary::kGeluErf: return map<GeluErf>(x, y, n);
    case Unary::kGeluTanh: return map<GeluTanh>(x, y, n);
    case Unary::kTanh: return map<Tanh>(x, y, n);
    case Unary::kSigmoid: return map<Sigmoid>(x, y, n);
    case Unary::kSilu: return map<Silu>(x, y, n);
    case Unary::kErf: return map<Erf>(x, y, n);
    case Unary::kExp: return map<Exp>(x, y, n);
    case Unary::kLog: return map<Log>(x, y, n);
    case Unary::kSqrt: return map<Sqrt>(x, y, n);
    case Unary::kReciprocal: return map<Reciprocal>(x, y, n);
    case Unary::kNegate: return map<Negate>(x, y, n);
    case Unary::kAbs: return map<Abs>(x, y, n);
    case Unary::kSoftplus: return map<Softplus>(x, y, n);
    case Unary::kMish: return map<Mish>(x, y, n);
    case Unary::kSoftsign: return map<Softsign>(x, y, n);
    case Unary::kHardSwish: return map<HardSwish>(x, y, n);
    case Unary::kSin: return map_wave<Wave<0>>(exact_sin, x, y, n);
    case Unary::kCos: return map_wave<Wave<1>>(exact_cos, x, y, n);
    case Unary::kFloor: return map<Floor>(x, y, n);
    case Unary::kCeil: return map<Ceil>(x, y, n);
    case Unary::kRound: return map<Round>(x, y, n);
  }
}

inline void run_parametric(Parametric op, Parameters p, const float* x, float* y, int64_t n) {
  const float floats[] = {static_cast<float>(p.a), static_cast<float>(p.b),
                          static_cast<float>(p.c)};
  switch (op) {
    case Parametric::kElu: return map_with<Elu>(floats, x, y, n);
    case Parametric::kLeakyRelu: return map_with<LeakyRelu>(floats, x, y, n);
    case Parametric::kHardSigmoid: return map_with<HardSigmoid>(floats, x, y, n);
    case Parametric::kThresholdedRelu: return map_with<ThresholdedRelu>(floats, x, y, n);
    case Parametric::kClip: return map_with<Clip>(floats, x, y, n);
    case Parametric::kSwish: return map_with<Swish>(floats, x, y, n);
  }
}

}  // namespace
}  // namespace inlay::kernels
