#include "tasks/cholesky.h"

#include <gtest/gtest.h>

#include <random>

namespace inlay::tasks {
namespace {

using Numbers = std::vector<float>;

Numbers random_numbers(std::mt19937& random, size_t count) {
  std::normal_distribution<float> normal;
  Numbers out(count);
  for (float& value : out) value = normal(random);
  return out;
}

// b b' / n + 1, [n, n] of b [n, n].
std::vector<double> positive_definite(const Numbers& b, size_t n) {
  std::vector<double> out(n * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      for (size_t k = 0; k < n; ++k)
        out[i * n + j] += double{b[i * n + k]} * double{b[j * n + k]} / static_cast<double>(n);
      out[i * n + j] += i == j ? 1 : 0;
    }
  return out;
}

TEST(Cholesky, FactorsAndSolvesOverBlocks) {
  std::mt19937 random(5);
  for (const size_t n : {1, 2, 63, 64, 65, 150, 200}) {
    const std::vector<double> expected = positive_definite(random_numbers(random, n * n), n);
    Cholesky matrix(n);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j <= i; ++j) matrix.at(i, j) = static_cast<float>(expected[i * n + j]);
    ASSERT_TRUE(matrix.factor().ok());
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j <= i; ++j) {
        double product = 0;
        for (size_t k = 0; k <= j; ++k)
          product += double{matrix.at(i, k)} * double{matrix.at(j, k)};
        ASSERT_NEAR(product, expected[i * n + j], 2e-5) << n << ": " << i << ", " << j;
      }
    const size_t count = 7;
    const Numbers sides = random_numbers(random, n * count);
    Numbers solved = sides;
    ASSERT_TRUE(matrix.solve(solved, count).ok());
    for (size_t i = 0; i < n; ++i)
      for (size_t c = 0; c < count; ++c) {
        double product = 0;
        for (size_t k = 0; k <= i; ++k)
          product += double{matrix.at(i, k)} * double{solved[k * count + c]};
        ASSERT_NEAR(product, sides[i * count + c], 5e-5) << n << ": " << i << ", " << c;
      }
  }
}

TEST(Cholesky, PivotsThatRoundingMadeTooSmallAreKeptAboveZero) {
  Cholesky matrix(2);
  matrix.at(0, 0) = matrix.at(1, 0) = matrix.at(1, 1) = 1;  // of rank 1
  ASSERT_TRUE(matrix.factor().ok());
  EXPECT_GT(matrix.at(1, 1), 0);
}

}  // namespace
}  // namespace inlay::tasks
