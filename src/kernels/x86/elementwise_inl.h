// Two operands over one Vec; see elementwise.h.
#pragma once

#include "kernels/elementwise.h"

namespace inlay::kernels {
namespace {

struct Add {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) { return Vec::add(a, b); }
};
struct Sub {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) { return Vec::sub(a, b); }
};
struct Mul {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) { return Vec::mul(a, b); }
};
struct Div {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) { return Vec::div(a, b); }
};
// The instruction gives b when either is NaN; a NaN in a is put back.
struct Min {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) {
    return Vec::select(Vec::unordered(a), a, Vec::min(a, b));
  }
};
struct Max {
  INLAY_INLINE Vec::F apply(Vec::F a, Vec::F b) {
    return Vec::select(Vec::unordered(a), a, Vec::max(a, b));
  }
};

INLAY_INLINE Vec::F operand(BinaryOperand x, int64_t i, int64_t count) {
  if (x.step == 0) return Vec::set(*x.data);
  return count == Vec::kWidth ? Vec::load(x.data + i) : Vec::load_first(x.data + i, count);
}

template <class Op>
void combine(BinaryOperand a, BinaryOperand b, float* y, int64_t n) {
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    Vec::store(y + i, Op::apply(operand(a, i, Vec::kWidth), operand(b, i, Vec::kWidth)));
  }
  if (i == n) return;
  Vec::store_first(y + i, Op::apply(operand(a, i, n - i), operand(b, i, n - i)), n - i);
}

inline void run_binary(Binary op, BinaryOperand a, BinaryOperand b, float* y, int64_t n) {
  switch (op) {
    case Binary::kAdd: return combine<Add>(a, b, y, n);
    case Binary::kSub: return combine<Sub>(a, b, y, n);
    case Binary::kMul: return combine<Mul>(a, b, y, n);
    case Binary::kDiv: return combine<Div>(a, b, y, n);
    case Binary::kMin: return combine<Min>(a, b, y, n);
    case Binary::kMax: return combine<Max>(a, b, y, n);
  }
}

}  // namespace
}  // namespace inlay::kernels
