// Reductions of rows and columns, places of extremes, and searches, each entry against the oracle.
#include "kernels/reduction.h"

#include "kernels/kernel_test.h"
#include "kernels/softmax.h"
#include "kernels/window_rows.h"

namespace inlay::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int64_t kCounts[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 300};

template <class Kernel>
const Kernel& oracle(KernelTable<Kernel> table) {
  return *table.entries[table.count - 1];
}

using Doubles = std::vector<double>;

double start_of(Reduce op) {
  if (op == Reduce::kMax) return -INFINITY;
  return op == Reduce::kMin ? INFINITY : op == Reduce::kProduct ? 1 : 0;
}

void expect_near(const Doubles& found, const Doubles& expected, double relative, const char* name,
                 Reduce op) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i] == expected[i] || (std::isnan(found[i]) && std::isnan(expected[i]))) continue;
    EXPECT_NEAR(found[i], expected[i], relative * (std::fabs(expected[i]) + 1))
        << name << " op " << static_cast<int>(op) << " at " << i;
  }
}

TEST(ReductionKernels, AgreeWithTheOracle) {
  constexpr int64_t kRows = 11;
  for (int64_t n : kCounts) {
    Floats x(kRows * (n + 3), 1);
    Noise(static_cast<uint64_t>(n)).fill(x, 2.0f);
    const std::vector<float> about(static_cast<size_t>(std::max(n, kRows)), 2.0f);
    for (int code = 0; code < kReduceCount; ++code) {
      const auto op = static_cast<Reduce>(code);
      const auto totals = [&](const ReductionKernel& kernel, bool rows) {
        Doubles out(static_cast<size_t>(rows ? kRows : n), start_of(op));
        const ReduceArgs args{x.data(), n + 3, kRows, n, about.data(), out.data()};
        rows ? kernel.rows(args, op) : kernel.columns(args, op);
        return out;
      };
      const double near = op == Reduce::kSumExp ? 1e-6 : 1e-13;
      for (const ReductionKernel* kernel : runnable(reduction_table()))
        for (bool rows : {false, true})
          expect_near(totals(*kernel, rows), totals(oracle(reduction_table()), rows), near,
                      kernel->name, op);
    }
  }
}

TEST(ReductionKernels, NaNsAreExtremes) {
  for (const ReductionKernel* kernel : runnable(reduction_table()))
    for (int64_t at = 0; at < 40; ++at)
      for (Reduce op : {Reduce::kMax, Reduce::kMin}) {
        std::vector<float> x(40, 1.0f);
        x[static_cast<size_t>(at)] = kNan;
        double total = start_of(op);
        kernel->rows({x.data(), 0, 1, 40, nullptr, &total}, op);
        EXPECT_TRUE(std::isnan(total)) << kernel->name << " " << at;
        double column = start_of(op);
        kernel->columns({x.data(), 1, 40, 1, nullptr, &column}, op);
        EXPECT_TRUE(std::isnan(column)) << kernel->name << " " << at;
      }
}

TEST(ReductionKernels, ColumnsGoOnFromTheirTotalsToTheBit) {
  Floats x(20 * 37);
  Noise(5).fill(x);
  for (const ReductionKernel* kernel : runnable(reduction_table())) {
    Doubles whole(37), parts(37);
    kernel->columns({x.data(), 37, 20, 37, nullptr, whole.data()}, Reduce::kSum);
    kernel->columns({x.data(), 37, 13, 37, nullptr, parts.data()}, Reduce::kSum);
    kernel->columns({x.data() + 13 * 37, 37, 7, 37, nullptr, parts.data()}, Reduce::kSum);
    EXPECT_EQ(whole, parts) << kernel->name;
    Doubles expected(37);
    oracle(reduction_table())
        .columns({x.data(), 37, 20, 37, nullptr, expected.data()}, Reduce::kSum);
    EXPECT_EQ(whole, expected) << kernel->name;
  }
}

TEST(ReductionKernels, MomentsOfALargeMean) {
  for (int64_t n : kCounts) {
    Floats x(n);
    for (int64_t i = 0; i < n; ++i) x[i] = 4096.0f + static_cast<float>(i % 5) / 8;
    for (const ReductionKernel* kernel : runnable(reduction_table())) {
      double found[2], expected[2] = {0, 0};
      kernel->moments(x.data(), n, 4096.0f, found);
      for (int64_t i = 0; i < n; ++i) {
        expected[0] += static_cast<double>(i % 5) / 8;
        expected[1] += static_cast<double>((i % 5) * (i % 5)) / 64;
      }
      EXPECT_EQ(found[0], expected[0]) << kernel->name << " " << n;
      EXPECT_EQ(found[1], expected[1]) << kernel->name << " " << n;
    }
  }
}

TEST(ReductionKernels, FindsTheFirst) {
  for (const ReductionKernel* kernel : runnable(reduction_table()))
    for (int64_t n : kCounts) {
      std::vector<float> x(static_cast<size_t>(n) + 1, 1.0f);
      EXPECT_EQ(kernel->find(Find::kEqual, x.data(), n, 2.0f), n) << kernel->name;
      EXPECT_EQ(kernel->find(Find::kNotAtMost, x.data(), n, 1.0f), n) << kernel->name;
      for (int64_t at : {n / 2, n - 1}) {
        if (n == 0) continue;
        for (const auto& [what, element, value] : {std::tuple{Find::kEqual, 2.0f, 2.0f},
                                                   {Find::kBelow, 0.0f, 1.0f},
                                                   {Find::kNotAtMost, 3.0f, 1.0f},
                                                   {Find::kNotAtMost, kNan, 1.0f}}) {
          std::vector<float> y = x;
          y[static_cast<size_t>(at)] = element;
          EXPECT_EQ(kernel->find(what, y.data(), n, value), at) << kernel->name << " " << n;
        }
      }
    }
}

TEST(ReductionKernels, RowsOfExtremes) {
  for (int64_t n : kCounts) {
    Floats x(9 * n);
    Noise noise(static_cast<uint64_t>(n));
    for (int64_t i = 0; i < 9 * n; ++i) x[i] = std::round(noise.next(2.0f));
    if (n > 0) x[0] = kNan;
    for (bool least : {false, true})
      for (bool last : {false, true}) {
        std::vector<int32_t> expected(static_cast<size_t>(n)), found(static_cast<size_t>(n));
        oracle(reduction_table()).arg_columns({x.data(), n, 9, n, least, last, expected.data()});
        for (const ReductionKernel* kernel : runnable(reduction_table())) {
          kernel->arg_columns({x.data(), n, 9, n, least, last, found.data()});
          EXPECT_EQ(found, expected) << kernel->name << " " << n;
        }
      }
  }
}

TEST(Softmax, ColumnsAgreeWithTheOracle) {
  constexpr int64_t kRows = 70;
  for (int64_t n : kCounts) {
    Floats x(kRows * n), expected(kRows * n), found(kRows * n, 1);
    Noise(static_cast<uint64_t>(n)).fill(x, 20.0f);
    for (bool log : {false, true}) {
      oracle(softmax_table()).columns({x.data(), expected.data(), n, n, n, log}, kRows);
      for (const SoftmaxKernel* kernel : runnable(softmax_table())) {
        kernel->columns({x.data(), found.data(), n, n, n, log}, kRows);
        EXPECT_TRUE(found.intact()) << kernel->name;
        for (int64_t i = 0; i < kRows * n; ++i)
          EXPECT_NEAR(found[i], expected[i], 1e-6 * std::fabs(expected[i]) + (log ? 2e-6 : 1e-7))
              << kernel->name << " " << n;
      }
    }
  }
}

TEST(Softmax, ColumnsOfInfinitiesAndNoNumbers) {
  for (const SoftmaxKernel* kernel : runnable(softmax_table())) {
    const std::vector<float> x = {-kInf, 0, 1, -kInf, kNan, 1};
    std::vector<float> y(6);
    kernel->columns({x.data(), y.data(), 3, 3, 3, false}, 2);
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1]) && std::isnan(y[4])) << kernel->name;
    EXPECT_FLOAT_EQ(y[5], 0.5f) << kernel->name;
  }
}

TEST(WindowRows, PicksAgreeWithTheOracle) {
  for (int64_t n : kCounts)
    for (int64_t step : {0, 1, 2, 3, 9}) {
      // Halves of steps upwards, whole ones and far ones downwards; then elements in no order.
      Floats x(n * (step + 1) + 3);
      Noise(static_cast<uint64_t>(n + step)).fill(x);
      std::vector<int32_t> index(static_cast<size_t>(2 * n));
      std::vector<float> weights(index.size());
      for (int64_t t = 0; t < 2; ++t)
        for (int64_t i = 0; i < n; ++i) {
          const auto at = static_cast<size_t>(t * n + i);
          index[at] = static_cast<int32_t>(step == 0 ? i / 2 + t : i * step + t);
          weights[at] = static_cast<float>(i % 3) + 0.25f;
        }
      for (bool ascending : {true, false}) {
        for (size_t i = 0; !ascending && i < index.size(); ++i)
          index[i] = i % 5 == 3 ? -1 : static_cast<int32_t>(i * 7 % static_cast<size_t>(x.size()));
        for (bool weighted : {false, true}) {
          const float* w = weighted ? weights.data() : nullptr;
          const int64_t taps = w ? 2 : 1;
          Floats expected(n), found(n, 1);
          oracle(window_rows_table())
              .picked_sum({x.data(), index.data(), w, taps, n, expected.data(), n, ascending});
          for (const WindowRowsKernel* kernel : runnable(window_rows_table())) {
            kernel->picked_sum({x.data(), index.data(), w, taps, n, found.data(), n, ascending});
            EXPECT_TRUE(found.intact()) << kernel->name;
            EXPECT_EQ(found.copy(), expected.copy()) << kernel->name << " " << n << " " << step;
          }
        }
      }
    }
}

TEST(WindowRows, Transpose) {
  for (int64_t rows : {1, 7, 16, 17, 40})
    for (int64_t columns : {1, 8, 15, 16, 33}) {
      Floats x(rows * (columns + 2)), expected(columns * (rows + 1)), found(columns * (rows + 1));
      Noise(3).fill(x);
      Noise(4).fill(expected);
      for (const WindowRowsKernel* kernel : runnable(window_rows_table())) {
        for (int64_t i = 0; i < found.size(); ++i) found[i] = expected[i];
        kernel->transpose({x.data(), columns + 2, rows, columns, found.data(), rows + 1});
        EXPECT_TRUE(found.intact()) << kernel->name;
        for (int64_t c = 0; c < columns; ++c) {
          for (int64_t r = 0; r < rows; ++r)
            EXPECT_EQ(found[c * (rows + 1) + r], x[r * (columns + 2) + c]) << kernel->name;
          EXPECT_EQ(found[c * (rows + 1) + rows], expected[c * (rows + 1) + rows]);
        }
      }
    }
}

}  // namespace
}  // namespace inlay::kernels
