#include "kernels/gemm.h"
#include "base/half.h"

#include <algorithm>
#include <array>

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

struct Product {
  int64_t m, n, k;
  Activation activation = Activation::kNone;
  bool bias = true, residual = false, in_place = false;
  int64_t shift = 0;  // floats off alignment, and added to the row strides
};

struct Problem {
  explicit Problem(const Product& p)
      : product(p),
        a(p.m * (p.k + p.shift), p.shift),
        b(p.n * p.k, p.shift),
        bias(p.n, p.shift),
        residual(p.m * (p.n + p.shift), p.shift) {
    Noise noise(p.m * 1009 + p.n * 31 + p.k);
    noise.fill(a);
    noise.fill(b);
    noise.fill(bias);
    noise.fill(residual);
  }
  Product product;
  Floats a, b, bias, residual;
};

struct Cut {
  int64_t rows, panels;
};

// C as the entry gives it, computed in blocks of `cut` (0: all at once).
std::vector<float> run(const GemmKernel& kernel, Problem& problem, Cut cut = {0, 0}) {
  const Product& p = problem.product;
  Floats packed(kernel.packed_bytes(p.k, p.n) / static_cast<int64_t>(sizeof(float)));
  const PackSource source = {problem.b.data(), Element::kF32, p.k, p.n, 1, p.k, 1.0f, 0};
  kernel.pack(source, p.k, p.n, 0, p.n, packed.data());
  const int64_t c_stride = p.n + p.shift;
  Floats c(p.m * c_stride, p.shift);
  for (int64_t i = 0; i < c.size(); ++i) c[i] = p.in_place ? problem.residual[i] : -1.0f;
  const float* residual = p.in_place ? c.data() : problem.residual.data();
  Floats row_memory(p.in_place ? 0 : kernel.row_memory_bytes(p.m, p.k) / 4);
  GemmArgs args = {problem.a.data(),
                   p.k + p.shift,
                   packed.data(),
                   p.bias ? problem.bias.data() : nullptr,
                   p.residual || p.in_place ? residual : nullptr,
                   c_stride,
                   c.data(),
                   c_stride,
                   p.m,
                   p.n,
                   p.k,
                   p.activation};
  if (row_memory.size() > 0) args.row_memory = row_memory.data();
  const int64_t rows = cut.rows > 0 ? cut.rows : p.m;
  const int64_t columns = cut.panels > 0 ? cut.panels * kernel.tile_n : p.n;
  for (int64_t r = 0; r < p.m; r += rows) {
    for (int64_t n = 0; n < p.n; n += columns) {
      kernel.run(args, r, std::min(r + rows, p.m), n, std::min(n + columns, p.n));
    }
  }
  EXPECT_TRUE(c.intact()) << kernel.name;
  EXPECT_TRUE(packed.intact()) << kernel.name;
  EXPECT_TRUE(row_memory.intact()) << kernel.name;
  return c.copy();
}

// The error that a chain of k additions may have made: half an ULP of its largest value each.
double tolerance(const Product& p) {
  return 6e-8 * std::sqrt(static_cast<double>(p.k) + 1) * 8 + 1e-6;
}

void expect_near_ref(const GemmKernel& kernel, const Product& p) {
  Problem problem(p);
  const std::vector<float> expected = run(*gemm_table().entries[gemm_table().count - 1], problem);
  const std::vector<float> found = run(kernel, problem);
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], tolerance(p) * (1 + std::fabs(expected[i])))
        << kernel.name << " " << p.m << "x" << p.k << "x" << p.n << " at " << i;
  }
}

TEST(Gemm, AgreesWithTheOracleAtAllSizesAroundTheTile) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    const int64_t tm = kernel->tile_m, tn = kernel->tile_n;
    for (int64_t m : {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{3}, int64_t{4}, tm - 1, tm,
                      tm + 1, 2 * tm + 1, int64_t{61}}) {
      for (int64_t n : {int64_t{0}, int64_t{1}, tn - 1, tn, tn + 1, 4 * tn, int64_t{131}}) {
        for (int64_t k : {0, 1, 3, 4, 5, 37}) expect_near_ref(*kernel, {m, n, k});
      }
    }
  }
}

TEST(Gemm, TakesUnalignedPointersAndStrides) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    for (int64_t shift : {1, 3, 5}) {
      Product p = {19, 67, 41};
      p.shift = shift;
      expect_near_ref(*kernel, p);
    }
  }
}

TEST(Gemm, AppliesActivationThenResidual) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    for (int activation = 0; activation <= static_cast<int>(Activation::kSilu); ++activation) {
      for (int64_t m : {1, 2, 5, 29}) {
        Product p = {m, 53, 23, static_cast<Activation>(activation)};
        expect_near_ref(*kernel, p);
        p.residual = true;
        expect_near_ref(*kernel, p);
        p.bias = false;
        p.in_place = true;
        expect_near_ref(*kernel, p);
      }
    }
  }
}

TEST(Gemm, LargeShapesAgreeWithTheOracle) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    expect_near_ref(*kernel, {150, 1000, 64});
    expect_near_ref(*kernel, {70, 96, 1500});
  }
}

// Rows that are laid out, in one piece or in several, against rows that are read where they lie, to the bit.
TEST(Gemm, LaidOutRowsAgreeToTheBit) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    for (int64_t k : {1024, 2048, 2049, 3000, 3333}) {
      if (kernel->isa == 0) continue;
      EXPECT_GT(kernel->row_memory_bytes(61, k), 0) << kernel->name << " " << k;
      for (int64_t m : {int64_t{57}, int64_t{61}, int64_t{200}}) {
        for (int64_t n : {int64_t{32}, int64_t{67}}) {
          Product p = {m, n, k, Activation::kGeluErf, k != 3000, true};
          Problem laid_out(p);
          p.in_place = true;
          Problem where_they_lie(p);
          EXPECT_EQ(run(*kernel, laid_out), run(*kernel, where_they_lie))
              << kernel->name << " " << m << "x" << k << "x" << n;
        }
      }
    }
    expect_near_ref(*kernel, {130, 70, 2100});
  }
}

TEST(Gemm, StopsWhenItIsAsked) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    for (int64_t k : {100, 2048}) {
      const int64_t m = 300, n = 256;
      Floats a(m * k), packed(kernel->packed_bytes(k, n) / 4), c(m * n);
      Floats row_memory(kernel->row_memory_bytes(m, k) / 4);
      Noise(1).fill(a);
      Noise(2).fill(packed);
      for (int64_t i = 0; i < c.size(); ++i) c[i] = -1.0f;
      GemmArgs args = {a.data(), k, packed.data(), nullptr, nullptr, 0, c.data(), n, m, n, k, {}};
      if (row_memory.size() > 0) args.row_memory = row_memory.data();
      int left = 2;
      args.stop = {
          [](const void* count) { return --*static_cast<int*>(const_cast<void*>(count)) < 0; },
          &left};
      kernel->run(args, 0, m, 0, n);
      EXPECT_EQ(left, -1) << kernel->name;
      EXPECT_EQ(c[m * n - 1], -1.0f) << kernel->name;
    }
  }
}

// The promise of gemm.h: neither the cut nor m nor the instruction set moves a bit.
TEST(Gemm, ResultsDoNotDependOnTheCut) {
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    Problem problem({77, 203, 131, Activation::kGeluErf, true, true});
    const std::vector<float> whole = run(*kernel, problem);
    for (Cut cut : {Cut{1, 0}, Cut{2, 1}, Cut{3, 2}, Cut{5, 3}, Cut{64, 1}, Cut{0, 4}}) {
      EXPECT_EQ(run(*kernel, problem, cut), whole) << kernel->name << " " << cut.rows;
    }
  }
}

TEST(Gemm, VectorEntriesAgreeToTheBit) {
  Problem problem({33, 90, 301});
  std::vector<float> first;
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    if (kernel->isa == 0) continue;
    if (first.empty()) first = run(*kernel, problem);
    EXPECT_EQ(run(*kernel, problem), first) << kernel->name;
  }
}

TEST(Gemm, PacksFromAnyStridesAndInPieces) {
  const int64_t k = 35, n = 75;
  Floats weight(k * n, 1);
  Noise(5).fill(weight);
  Floats transposed(k * n);
  for (int64_t i = 0; i < k; ++i) {
    for (int64_t j = 0; j < n; ++j) transposed[i * n + j] = weight[j * k + i];
  }
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    const int64_t floats = kernel->packed_bytes(k, 2 * n + 3) / 4;
    Floats whole(floats), pieces(floats);
    for (int part = 0; part < 2; ++part) {
      const int64_t offset = part * n;
      kernel->pack({weight.data(), Element::kF32, k, n, 1, k, 0.5f, offset}, k, 2 * n, 0, n,
                   whole.data());
      const PackSource rows = {transposed.data(), Element::kF32, k, n, n, 1, 0.5f, offset};
      for (int64_t column = 0; column < n; column += 7) {
        kernel->pack(rows, k, 2 * n, column, std::min(column + 7, n), pieces.data());
      }
    }
    EXPECT_EQ(whole.copy(), pieces.copy()) << kernel->name;
    EXPECT_EQ(whole[0], 0.5f * weight[0]);
    EXPECT_TRUE(whole.intact() && pieces.intact());
  }
}

// Packing 16-bit weights is packing what they are as floats, in every layout.
TEST(Gemm, PacksHalfWeights) {
  constexpr int64_t kK = 35, kN = 75;
  std::vector<uint16_t> stored(kK * kN);
  for (size_t i = 0; i < stored.size(); ++i)
    stored[i] = static_cast<uint16_t>(i * 2654435761u >> 7);
  for (const Element element : {Element::kF16, Element::kBf16}) {
    std::vector<float> wide(stored.size());
    for (size_t i = 0; i < wide.size(); ++i) {
      stored[i] &= element == Element::kF16 ? 0xBBFF : 0xBFFF;  // finite
      wide[i] = element == Element::kF16 ? half_value(stored[i]) : bfloat16_value(stored[i]);
    }
    for (const GemmKernel* kernel : runnable(gemm_table())) {
      for (const auto& [k_stride, n_stride] :
           {std::pair{int64_t{1}, kK}, std::pair{kN, int64_t{1}}, std::pair{2 * kN, int64_t{2}}}) {
        const bool spread = n_stride == 2;  // fewer elements, none side by side
        const int64_t k = spread ? kK / 2 : kK, n = spread ? kN / 2 : kN;
        const int64_t floats = kernel->packed_bytes(k, n) / 4;
        Floats expected(floats), found(floats);
        kernel->pack({wide.data(), Element::kF32, k, n, k_stride, n_stride, 2, 0}, k, n, 0, n,
                     expected.data());
        kernel->pack({stored.data(), element, k, n, k_stride, n_stride, 2, 0}, k, n, 0, n,
                     found.data());
        EXPECT_EQ(expected.copy(), found.copy()) << kernel->name;
        EXPECT_TRUE(found.intact());
      }
    }
  }
}

TEST(Gemm, PartitionCoversEachElementOnceWithinBounds) {
  const int64_t tile_n = gemm_kernel().tile_n;
  for (int64_t m : {0, 1, 7, 16, 100, 1024}) {
    for (int64_t n : {0, 1, 31, 384, 1536, 1003}) {
      for (int threads : {1, 2, 3, 8, 64}) {
        const GemmPartition partition = plan_gemm(m, n, 384, threads);
        std::vector<int> hits(static_cast<size_t>(m * n));
        for (int64_t i = 0; i < partition.tasks(); ++i) {
          const GemmBlock block = gemm_block(partition, i);
          ASSERT_EQ(block.column_begin % tile_n, 0);
          ASSERT_LT(block.row_begin, block.row_end);
          ASSERT_LT(block.column_begin, block.column_end);
          for (int64_t r = block.row_begin; r < block.row_end; ++r) {
            for (int64_t c = block.column_begin; c < block.column_end; ++c) ++hits[r * n + c];
          }
        }
        for (int hit : hits) ASSERT_EQ(hit, 1) << m << "x" << n << " for " << threads;
      }
    }
  }
}

TEST(Gemm, PartitionKeepsThreadsEquallyBusy) {
  for (auto [m, n, k] : {std::array<int64_t, 3>{1024, 384, 1536},
                         {1024, 1536, 384},
                         {16, 1536, 384},
                         {16, 384, 1536},
                         {128, 384, 384}}) {
    for (int threads : {2, 4}) {
      const GemmPartition partition = plan_gemm(m, n, k, threads);
      ASSERT_GE(partition.tasks(), threads);
      const int64_t rounds = (partition.tasks() + threads - 1) / threads;
      const double share = static_cast<double>(partition.rows * partition.columns) * rounds;
      EXPECT_LT(share * threads, 1.35 * m * n) << m << "x" << n << " for " << threads;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
