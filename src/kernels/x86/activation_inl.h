// Elementwise functions over one Vec; see activation.h.
#pragma once

#include "kernels/activation.h"
#include "kernels/x86/math_inl.h"

namespace inlay::kernels {
namespace {

template <class Op>
void map(const float* x, float* y, int64_t n) {
  int64_t i = 0;
  for (; i + Several::kWidth <= n; i += Several::kWidth) {
    Several::store(y + i, Op::template apply<Several>(Several::load(x + i)));
  }
  for (; i < n; i += Vec::kWidth) {
    Vec::put(y + i, Op::template apply<Vec>(Vec::get(x + i, n - i)), n - i);
  }
}

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
  }
}

}  // namespace
}  // namespace inlay::kernels
