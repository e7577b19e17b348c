#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

void lstm(const LstmUnits& u) {
  for (int64_t j = 0; j < u.n; ++j) {
    const double c = sigmoid(u.f[j]) * double{u.c[j]} + sigmoid(u.i[j]) * std::tanh(double{u.g[j]});
    u.c[j] = static_cast<float>(c);
    u.h[j] = static_cast<float>(sigmoid(u.o[j]) * std::tanh(c));
  }
}

}  // namespace

const GatesKernel kGatesRef = {"gates_f32_ref", 0, lstm};

}  // namespace inlay::kernels
