#include "kernels/gates.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Gates, Lstm) {
  for (const GatesKernel* kernel : runnable(gates_table())) {
    for (const int64_t n : {1, 7, 16, 33, 64}) {
      const auto at = [](int64_t j, double phase) {
        return static_cast<float>(9 * std::sin(1.7 * static_cast<double>(j) + phase));
      };
      std::vector<float> i, o, f, g, c;
      for (int64_t j = 0; j < n; ++j) {
        i.push_back(at(j, 0));
        o.push_back(at(j, 1));
        f.push_back(at(j, 2));
        g.push_back(at(j, 3));
        c.push_back(at(j, 4));
      }
      std::vector<float> next = c, h(static_cast<size_t>(n) + 1, -7);
      kernel->lstm({i.data(), o.data(), f.data(), g.data(), next.data(), h.data(), n});
      for (size_t j = 0; j < static_cast<size_t>(n); ++j) {
        const double expected =
            sigmoid(f[j]) * double{c[j]} + sigmoid(i[j]) * std::tanh(double{g[j]});
        EXPECT_NEAR(next[j], expected, 1e-6 * (1 + std::abs(expected)))
            << kernel->name << " " << n << " " << j;
        EXPECT_NEAR(h[j], sigmoid(o[j]) * std::tanh(expected), 2e-6)
            << kernel->name << " " << n << " " << j;
      }
      EXPECT_EQ(h[static_cast<size_t>(n)], -7) << kernel->name;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
