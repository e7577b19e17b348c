// Softmax, pooling, dot products, transposes and two-operand arithmetic: rows in, rows out.
#include "kernels/dot.h"
#include "kernels/elementwise.h"
#include "kernels/kernel_test.h"
#include "kernels/pooling.h"
#include "kernels/softmax.h"
#include "kernels/transpose.h"

namespace inlay::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int64_t kCounts[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 384};

template <class Kernel>
const Kernel& oracle(KernelTable<Kernel> table) {
  return *table.entries[table.count - 1];
}

std::vector<float> run_softmax(const SoftmaxKernel& kernel, const std::vector<float>& x, bool log) {
  const int64_t n = static_cast<int64_t>(x.size());
  Floats y(n, 1);
  kernel.run({x.data(), y.data(), n, n, n, log}, 0, 1);
  EXPECT_TRUE(y.intact()) << kernel.name;
  return y.copy();
}

TEST(Softmax, AgreesWithTheOracle) {
  for (const SoftmaxKernel* kernel : runnable(softmax_table())) {
    for (int64_t n : kCounts) {
      std::vector<float> x(static_cast<size_t>(n));
      Noise noise(n);
      for (float& value : x) value = noise.next(20.0f);
      for (bool log : {false, true}) {
        const std::vector<float> expected = run_softmax(oracle(softmax_table()), x, log);
        const std::vector<float> found = run_softmax(*kernel, x, log);
        for (size_t i = 0; i < x.size(); ++i) {
          const double tolerance = 1e-6 * std::fabs(expected[i]) + (log ? 2e-6 : 1e-7);
          EXPECT_NEAR(found[i], expected[i], tolerance) << kernel->name << " " << n;
        }
      }
    }
  }
}

TEST(Softmax, MaskedRows) {
  const float low = std::numeric_limits<float>::lowest();
  for (const SoftmaxKernel* kernel : runnable(softmax_table())) {
    for (float value : run_softmax(*kernel, std::vector<float>(20, low), false)) {
      EXPECT_FLOAT_EQ(value, 0.05f) << kernel->name;
    }
    EXPECT_TRUE(std::isnan(run_softmax(*kernel, std::vector<float>(20, -kInf), false)[3]));
    EXPECT_TRUE(std::isnan(run_softmax(*kernel, {1, 2, kNan, 3}, false)[0])) << kernel->name;
    const std::vector<float> partly = run_softmax(*kernel, {-kInf, 1, low, 1, -3.4e38f}, false);
    EXPECT_EQ(partly, (std::vector<float>{0, 0.5f, 0, 0.5f, 0})) << kernel->name;
  }
}

TEST(Softmax, InPlaceOnSeveralRows) {
  for (const SoftmaxKernel* kernel : runnable(softmax_table())) {
    Floats x(3 * 40);
    Noise(1).fill(x);
    const std::vector<float> before = x.copy();
    kernel->run({x.data(), x.data(), 37, 40, 40, false}, 1, 3);
    EXPECT_EQ(x[0], before[0]);
    double total = 0;
    for (int i = 0; i < 37; ++i) total += x[40 + i];
    EXPECT_NEAR(total, 1, 1e-6) << kernel->name;
    EXPECT_EQ(x[77], before[77]);
  }
}

TEST(Pooling, AgreesWithTheOracle) {
  const PoolingKernel& ref = oracle(pooling_table());
  for (const PoolingKernel* kernel : runnable(pooling_table())) {
    for (int64_t n : kCounts) {
      for (int64_t rows : {0, 1, 5, 64}) {
        Floats x(rows * (n + 1), 1), weights(rows), found(n, 1), expected(n);
        Noise noise(n + rows);
        noise.fill(x);
        noise.fill(weights);
        const auto compare = [&](double tolerance) {
          EXPECT_TRUE(found.intact()) << kernel->name;
          for (int64_t i = 0; i < n; ++i) {
            const double allowed = std::isinf(expected[i]) ? 0 : tolerance;
            EXPECT_TRUE(found[i] == expected[i] || std::fabs(found[i] - expected[i]) <= allowed)
                << kernel->name << " " << n << ": " << found[i] << ", expected " << expected[i];
          }
        };
        kernel->sum(x.data(), n + 1, rows, n, 0.25f, found.data());
        ref.sum(x.data(), n + 1, rows, n, 0.25f, expected.data());
        compare(1e-5);
        kernel->weighted_sum(x.data(), n + 1, weights.data(), rows, n, found.data());
        ref.weighted_sum(x.data(), n + 1, weights.data(), rows, n, expected.data());
        compare(1e-5);
        kernel->max(x.data(), n + 1, rows, n, found.data());
        ref.max(x.data(), n + 1, rows, n, expected.data());
        compare(0);
        if (rows == 0) continue;
        kernel->l2_normalize(x.data(), found.data(), n, 1e-12f);
        ref.l2_normalize(x.data(), expected.data(), n, 1e-12f);
        compare(1e-6);
      }
    }
  }
}

TEST(Pooling, MaxKeepsNanAndZeroVectorStaysZero) {
  for (const PoolingKernel* kernel : runnable(pooling_table())) {
    const float x[] = {1, kNan, 2, 3, kNan, 0};
    float y[2], zero[20] = {};
    kernel->max(x, 2, 3, 2, y);
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1])) << kernel->name;
    kernel->l2_normalize(zero, zero, 20, 1e-12f);
    EXPECT_EQ(zero[7], 0) << kernel->name;
  }
}

TEST(Dot, AgreesWithTheOracle) {
  for (const DotKernel* kernel : runnable(dot_table())) {
    for (int64_t n : kCounts) {
      Floats query(n, 1), matrix(5 * n, 3), found(5), expected(5);
      Noise noise(n);
      noise.fill(query);
      noise.fill(matrix);
      kernel->rows(query.data(), matrix.data(), n, 5, n, found.data());
      oracle(dot_table()).rows(query.data(), matrix.data(), n, 5, n, expected.data());
      for (int64_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(found[i], expected[i], 1e-6 * static_cast<double>(n) / 4 + 1e-6)
            << kernel->name;
      }
      EXPECT_TRUE(found.intact());
    }
  }
  const float a[] = {3, 4}, b[] = {-3, -4}, zero[] = {0, 0};
  EXPECT_FLOAT_EQ(cosine(a, a, 2), 1);
  EXPECT_FLOAT_EQ(cosine(a, b, 2), -1);
  EXPECT_EQ(cosine(a, zero, 2), 0);
}

TEST(Dot, ScaledSumsAgreeWithTheOracle) {
  for (const DotKernel* kernel : runnable(dot_table())) {
    for (int64_t n : kCounts) {
      Floats x(n, 1), found(n, 3), expected(n);
      Noise noise(n);
      noise.fill(x);
      noise.fill(found);
      std::copy_n(found.data(), n, expected.data());
      kernel->add_scaled(-1.5f, x.data(), found.data(), n);
      oracle(dot_table()).add_scaled(-1.5f, x.data(), expected.data(), n);
      for (int64_t i = 0; i < n; ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << kernel->name;
      EXPECT_TRUE(found.intact()) << kernel->name;
    }
  }
}

TEST(Elementwise, EqualsTheOracleToTheBit) {
  const ElementwiseKernel& ref = oracle(elementwise_table());
  for (const ElementwiseKernel* kernel : runnable(elementwise_table())) {
    for (int64_t n :
         {int64_t{0}, int64_t{1}, int64_t{15}, int64_t{16}, int64_t{17}, int64_t{100}}) {
      Floats a(n + 1, 1), b(n + 1, 2), found(n, 3), expected(n);
      Noise noise(n);
      noise.fill(a);
      noise.fill(b);
      for (int op = 0; op < kBinaryCount; ++op) {
        for (auto [a_step, b_step] : {std::pair{1, 1}, {0, 1}, {1, 0}, {0, 0}}) {
          const BinaryOperand left = {a.data(), a_step}, right = {b.data(), b_step};
          kernel->run(static_cast<Binary>(op), left, right, found.data(), n);
          ref.run(static_cast<Binary>(op), left, right, expected.data(), n);
          EXPECT_EQ(found.copy(), expected.copy()) << kernel->name << " " << op;
          EXPECT_TRUE(found.intact());
        }
      }
    }
  }
}

TEST(Transpose, MovesEveryElementOnce) {
  for (const TransposeKernel* kernel : runnable(transpose_table())) {
    for (int64_t rows : {0, 1, 3, 8, 15, 16, 17, 33}) {
      for (int64_t columns : {0, 1, 7, 8, 9, 16, 31, 48}) {
        const int64_t src_stride = rows + 2, dst_stride = columns + 1;
        Floats src(columns * src_stride, 1), dst(rows * dst_stride, 3);
        for (int64_t i = 0; i < columns * src_stride; ++i) src[i] = static_cast<float>(i);
        std::fill_n(dst.data(), rows * dst_stride, -1.0f);
        kernel->run(src.data(), src_stride, dst.data(), dst_stride, rows, columns);
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t c = 0; c < dst_stride; ++c)
            ASSERT_EQ(dst[r * dst_stride + c],
                      c < columns ? static_cast<float>(c * src_stride + r) : -1.0f)
                << kernel->name << " " << rows << "×" << columns;
        EXPECT_TRUE(dst.intact()) << kernel->name;
      }
    }
  }
}

TEST(Elementwise, MinAndMaxKeepNan) {
  for (const ElementwiseKernel* kernel : runnable(elementwise_table())) {
    for (Binary op : {Binary::kMin, Binary::kMax}) {
      const float a[] = {kNan, 1}, b[] = {1, kNan};
      float y[2];
      kernel->run(op, {a, 1}, {b, 1}, y, 2);
      EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1])) << kernel->name;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
