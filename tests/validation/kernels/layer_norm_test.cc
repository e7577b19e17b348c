#include "kernels/layer_norm.h"
#include "base/half.h"

#include "kernels/embedding.h"
#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

struct Case {
  int64_t rows, columns;
  bool residual, sum, affine, rms;
  int64_t shift;
  float offset;  // added to all of x
};

struct Outputs {
  std::vector<float> y, sum;
};

Outputs run(const LayerNormKernel& kernel, const Case& c) {
  const int64_t n = c.rows * c.columns;
  Floats x(n, c.shift), residual(n, c.shift), gamma(c.columns, c.shift), beta(c.columns, c.shift);
  Floats y(n, c.shift), sum(n, c.shift);
  Noise noise(c.columns + 1);
  noise.fill(x);
  noise.fill(residual);
  noise.fill(gamma);
  noise.fill(beta);
  for (int64_t i = 0; i < n; ++i) x[i] += c.offset;
  const LayerNormArgs args = {x.data(),
                              c.residual ? residual.data() : nullptr,
                              c.affine ? gamma.data() : nullptr,
                              c.affine ? beta.data() : nullptr,
                              y.data(),
                              c.sum ? sum.data() : nullptr,
                              c.columns,
                              c.columns,
                              c.columns,
                              c.columns,
                              1e-5f,
                              c.rms};
  kernel.run(args, 0, c.rows);
  EXPECT_TRUE(y.intact() && sum.intact()) << kernel.name;
  return {y.copy(), c.sum ? sum.copy() : std::vector<float>()};
}

void expect_near_ref(const Case& c) {
  const Outputs expected = run(*layer_norm_table().entries[layer_norm_table().count - 1], c);
  for (const LayerNormKernel* kernel : runnable(layer_norm_table())) {
    const Outputs found = run(*kernel, c);
    EXPECT_EQ(found.sum, expected.sum) << kernel->name;
    const double tolerance = 4e-6 * (1 + std::fabs(c.offset));
    for (size_t i = 0; i < expected.y.size(); ++i) {
      ASSERT_NEAR(found.y[i], expected.y[i], tolerance) << kernel->name << " " << c.columns;
    }
  }
}

TEST(LayerNorm, AgreesWithTheOracle) {
  for (int64_t columns : {2, 3, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 384, 1021}) {
    for (int64_t shift : {0, 1}) {
      expect_near_ref({3, columns, false, false, true, false, shift, 0});
      expect_near_ref({3, columns, true, false, true, false, shift, 0});
      expect_near_ref({3, columns, true, true, false, false, shift, 0});
      expect_near_ref({3, columns, false, true, true, true, shift, 0});
    }
  }
  expect_near_ref({0, 16, false, false, true, false, 0, 0});
}

TEST(LayerNorm, LargeMeanKeepsItsDigits) {
  expect_near_ref({2, 384, false, false, true, false, 0, 100.0f});
}

TEST(LayerNorm, MayWriteOverItsInputs) {
  for (const LayerNormKernel* kernel : runnable(layer_norm_table())) {
    Floats x(37), residual(37), y(37);
    Noise noise(3);
    noise.fill(x);
    noise.fill(residual);
    LayerNormArgs args = {
        x.data(), residual.data(), nullptr, nullptr, y.data(), nullptr, 37, 37, 37, 37, 1e-5f};
    kernel->run(args, 0, 1);
    args.y = residual.data();
    kernel->run(args, 0, 1);
    EXPECT_EQ(residual.copy(), y.copy()) << kernel->name;
  }
}

std::vector<float> embed(const EmbeddingKernel& kernel, int64_t columns, int tables, bool wide_ids,
                         bool normalize) {
  const int64_t entries = 11, rows = 9;
  Floats data(3 * entries * columns, 1), gamma(columns), beta(columns), y(rows * columns, 1);
  Noise noise(columns);
  noise.fill(data);
  noise.fill(gamma);
  noise.fill(beta);
  std::vector<int64_t> wide(rows);
  std::vector<int32_t> narrow(rows);
  for (int64_t i = 0; i < rows; ++i) wide[i] = narrow[i] = static_cast<int32_t>(i * 7 % entries);
  EmbeddingArgs args = {};
  for (int t = 0; t < tables; ++t) {
    const void* ids = wide_ids ? static_cast<const void*>(wide.data()) : narrow.data();
    args.tables[t] = {data.data() + t * entries * columns, Element::kF32, columns,
                      t == 2 ? nullptr : ids, wide_ids ? 8 : 4};
  }
  args.table_count = tables;
  args.y = y.data(), args.y_stride = columns, args.columns = columns;
  args.normalize = normalize;
  args.gamma = gamma.data(), args.beta = beta.data(), args.epsilon = 1e-12f;
  kernel.run(args, 0, 4);
  kernel.run(args, 4, rows);
  EXPECT_TRUE(y.intact()) << kernel.name;
  return y.copy();
}

TEST(Embedding, AgreesWithTheOracle) {
  const EmbeddingKernel& oracle = *embedding_table().entries[embedding_table().count - 1];
  for (const EmbeddingKernel* kernel : runnable(embedding_table())) {
    for (int64_t columns : {3, 16, 17, 384}) {
      for (int tables = 1; tables <= 3; ++tables) {
        for (bool wide : {false, true}) {
          EXPECT_EQ(embed(*kernel, columns, tables, wide, false),
                    embed(oracle, columns, tables, wide, false));
          const std::vector<float> expected = embed(oracle, columns, tables, wide, true);
          const std::vector<float> found = embed(*kernel, columns, tables, wide, true);
          for (size_t i = 0; i < expected.size(); ++i) {
            ASSERT_NEAR(found[i], expected[i], 4e-6) << kernel->name << " " << columns;
          }
        }
      }
    }
  }
}

// A table of 16-bit floats gives what the same values as floats give.
TEST(Embedding, TablesMayBeHalf) {
  constexpr int64_t kEntries = 5, kColumns = 37;
  const int64_t ids[] = {4, 0, 2, 4};
  std::vector<uint16_t> stored(kEntries * kColumns);
  for (size_t i = 0; i < stored.size(); ++i) stored[i] = static_cast<uint16_t>(0x3800 + i * 7);
  for (const EmbeddingKernel* kernel : runnable(embedding_table())) {
    for (const Element element : {Element::kF16, Element::kBf16}) {
      std::vector<float> wide;
      for (uint16_t bits : stored)
        wide.push_back(element == Element::kF16 ? half_value(bits) : bfloat16_value(bits));
      Floats expected(4 * kColumns), found(4 * kColumns);
      EmbeddingArgs args = {};
      args.tables[0] = {wide.data(), Element::kF32, kColumns, ids, 8};
      args.tables[1] = {wide.data(), Element::kF32, kColumns, nullptr, 8};
      args.table_count = 2, args.y = expected.data(), args.y_stride = args.columns = kColumns;
      kernel->run(args, 0, 4);
      args.tables[0] = {stored.data(), element, kColumns, ids, 8};
      args.tables[1] = {stored.data(), element, kColumns, nullptr, 8};
      args.y = found.data();
      kernel->run(args, 0, 4);
      EXPECT_EQ(expected.copy(), found.copy()) << kernel->name;
      EXPECT_TRUE(found.intact());
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
