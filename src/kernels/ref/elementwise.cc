#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

float apply(Binary op, float a, float b) {
  switch (op) {
    case Binary::kAdd: return a + b;
    case Binary::kSub: return a - b;
    case Binary::kMul: return a * b;
    case Binary::kDiv: return a / b;
    case Binary::kMin: return std::isnan(a) || a < b ? a : b;
    case Binary::kMax: return std::isnan(a) || a > b ? a : b;
  }
  return a;
}

void run(Binary op, BinaryOperand a, BinaryOperand b, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = apply(op, a.data[i * a.step], b.data[i * b.step]);
}

}  // namespace

const ElementwiseKernel kElementwiseRef = {"elementwise_f32_ref", 0, run};

}  // namespace inlay::kernels
