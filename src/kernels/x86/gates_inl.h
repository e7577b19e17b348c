// The gates of recurrent cells over one Vec; see gates.h. The functions of one unit do not wait for each other, which
// keeps the arithmetic units busy.
#pragma once

#include "kernels/gates.h"
#include "kernels/x86/math_inl.h"

namespace inlay::kernels {
namespace {

inline void run_lstm(const LstmUnits& u) {
  for (int64_t j = 0; j < u.n; j += Vec::kWidth) {
    const int64_t left = u.n - j;
    const Vec::F in = Sigmoid::apply<Vec>(Vec::get(u.i + j, left));
    const Vec::F forget = Sigmoid::apply<Vec>(Vec::get(u.f + j, left));
    const Vec::F out = Sigmoid::apply<Vec>(Vec::get(u.o + j, left));
    const Vec::F made = Tanh::apply<Vec>(Vec::get(u.g + j, left));
    const Vec::F c = Vec::fma(forget, Vec::get(u.c + j, left), Vec::mul(in, made));
    Vec::put(u.c + j, c, left);
    Vec::put(u.h + j, Vec::mul(out, Tanh::apply<Vec>(c)), left);
  }
}

}  // namespace
}  // namespace inlay::kernels
