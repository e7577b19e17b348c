// Windows of images: patches as packed panels, rows of bands, and what a product adds a row.
#include "kernels/gemm.h"
#include "kernels/kernel_test.h"
#include "kernels/patches.h"
#include "kernels/window_rows.h"

namespace inlay::kernels {
namespace {

template <class Kernel>
const Kernel& oracle(KernelTable<Kernel> table) {
  return *table.entries[table.count - 1];
}

int64_t outputs(const PatchAxis& axis, int64_t behind) {
  return (axis.in + axis.front + behind - (axis.kernel - 1) * axis.dilation - 1) / axis.stride + 1;
}

PatchArgs patch_args(int64_t seed) {
  PatchArgs args{};
  args.channels = 1 + seed % 3;
  const int64_t sizes[3] = {1 + seed % 4, 5 + seed % 7, 6 + seed * 5 % 61};
  for (int64_t a = 0; a < 3; ++a) {
    PatchAxis& axis = args.axis[a];
    axis.in = sizes[a];
    axis.kernel = 1 + (seed / (a + 1)) % std::min<int64_t>(4, axis.in);
    axis.stride = 1 + (seed / (2 * a + 1)) % 3;
    axis.dilation = (axis.kernel - 1) * 2 < axis.in ? 1 + seed % 2 : 1;
    axis.front = seed % axis.kernel;
    axis.out = outputs(axis, seed / 2 % axis.kernel);
  }
  return args;
}

std::vector<float> pack(const PatchesKernel& kernel, const PatchArgs& args, int64_t begin,
                        int64_t end, int64_t panel) {
  const int64_t k = args.channels * args.axis[0].kernel * args.axis[1].kernel * args.axis[2].kernel;
  Floats packed((end - begin + panel - 1) / panel * panel * k);
  kernel.pack(args, begin, end, panel, packed.data());
  EXPECT_TRUE(packed.intact()) << kernel.name;
  return packed.copy();
}

TEST(Patches, AgreeWithTheOracle) {
  for (int64_t seed = 0; seed < 60; ++seed) {
    PatchArgs args = patch_args(seed);
    Floats x(args.channels * args.axis[0].in * args.axis[1].in * args.axis[2].in, seed % 5);
    Noise(static_cast<uint64_t>(seed)).fill(x);
    args.x = x.data();
    const int64_t all = args.axis[0].out * args.axis[1].out * args.axis[2].out;
    const int64_t begin = all / 3, end = std::min(all, begin + 100);
    for (const PatchesKernel* kernel : runnable(patches_table()))
      for (int64_t panel : {16, 32})
        EXPECT_EQ(pack(*kernel, args, begin, end, panel),
                  pack(oracle(patches_table()), args, begin, end, panel))
            << kernel->name << " seed " << seed;
  }
}

TEST(Patches, WindowsOfOneElementAreChannelsAsTheyLie) {
  PatchArgs args{};
  args.channels = 3;
  for (PatchAxis& axis : args.axis) axis = {1, 1, 1, 1, 1, 0};
  args.axis[2].in = args.axis[2].out = 77;
  Floats x(3 * 77, 1);
  Noise(7).fill(x);
  args.x = x.data();
  for (const PatchesKernel* kernel : runnable(patches_table()))
    EXPECT_EQ(pack(*kernel, args, 32, 77, 32), pack(oracle(patches_table()), args, 32, 77, 32))
        << kernel->name;
}

TEST(Patches, RowsAreAddedSomeWayApart) {
  for (const PatchesKernel* kernel : runnable(patches_table()))
    for (int64_t stride : {1, 2, 3})
      for (int64_t n : {0, 1, 7, 8, 9, 15, 16, 17, 28, 33}) {
        Floats from(n, 1), to(n > 0 ? (n - 1) * stride + 1 : 0, 2);
        Noise(4).fill(from);
        Noise(5).fill(to);
        std::vector<float> expected = to.copy();
        for (int64_t i = 0; i < n; ++i) expected[static_cast<size_t>(i * stride)] += from[i];
        kernel->add(from.data(), stride, to.data(), n);
        EXPECT_TRUE(to.intact()) << kernel->name << " stride " << stride << ", " << n;
        EXPECT_EQ(to.copy(), expected) << kernel->name << " stride " << stride << ", " << n;
      }
}

TEST(WindowRows, AgreeWithTheOracleToTheBit) {
  constexpr int64_t kTaps = 9;
  for (int64_t n : {1, 7, 8, 15, 16, 17, 31, 33, 47, 64, 65, 100, 200}) {
    Floats x(n + 40, 3), weights(kTaps);
    Noise noise(static_cast<uint64_t>(n));
    noise.fill(x);
    noise.fill(weights);
    int64_t offsets[kTaps];
    for (int64_t t = 0; t < kTaps; ++t) offsets[t] = t * 37 % 40;
    for (const WindowRowsKernel* kernel : runnable(window_rows_table())) {
      const WindowRowsKernel& expected = oracle(window_rows_table());
      for (const auto run : {&WindowRowsKernel::weighted_sum, &WindowRowsKernel::highest}) {
        Floats y(n, 1), z(n, 1);
        (kernel->*run)({x.data(), offsets, weights.data(), kTaps, 0.5f, y.data(), n});
        (expected.*run)({x.data(), offsets, weights.data(), kTaps, 0.5f, z.data(), n});
        EXPECT_TRUE(y.intact()) << kernel->name;
        EXPECT_EQ(y.copy(), z.copy()) << kernel->name << " " << n;
      }
    }
  }
}

TEST(WindowRows, PaddedRows) {
  for (int64_t step : {1, 2, 3})
    for (int64_t count : {0, 1, 5, 8, 16, 17, 40}) {
      // Exactly as long as what is read, between guards that must not be copied.
      Floats x(count > 0 ? (count - 1) * step + 1 : 0, 1);
      Noise(static_cast<uint64_t>(count)).fill(x);
      for (const WindowRowsKernel* kernel : runnable(window_rows_table())) {
        Floats y(count + 21), z(count + 21);
        kernel->pad({x.data(), step, 4, 4 + count, count + 21, -9.0f, y.data()});
        oracle(window_rows_table())
            .pad({x.data(), step, 4, 4 + count, count + 21, -9.0f, z.data()});
        EXPECT_TRUE(y.intact()) << kernel->name;
        EXPECT_EQ(y.copy(), z.copy()) << kernel->name << " " << step << " " << count;
      }
    }
}

TEST(Gemm, BiasARowAndResidualBeforeTheActivation) {
  constexpr int64_t kM = 29, kK = 21, kN = 45;
  Floats a(kM * kK), b(kK * kN), bias(kM), residual(kM * kN);
  Noise noise(3);
  for (Floats* floats : {&a, &b, &bias, &residual}) noise.fill(*floats);
  for (const GemmKernel* kernel : runnable(gemm_table())) {
    Floats packed(kernel->packed_bytes(kK, kN) / int64_t{sizeof(float)}), c(kM * kN);
    kernel->pack({b.data(), Element::kF32, kK, kN, kN, 1, 1.0f, 0}, kK, kN, 0, kN, packed.data());
    GemmArgs args{};
    args.a = a.data();
    args.a_stride = kK;
    args.b_packed = packed.data();
    args.row_bias = bias.data();
    args.residual = residual.data();
    args.residual_stride = args.c_stride = kN;
    args.residual_first = true;
    args.c = c.data();
    args.m = kM;
    args.n = kN;
    args.k = kK;
    args.activation = Activation::kRelu;
    kernel->run(args, 0, kM, 0, kN);
    EXPECT_TRUE(c.intact()) << kernel->name;
    for (int64_t row = 0; row < kM; ++row)
      for (int64_t column = 0; column < kN; ++column) {
        double sum = double{bias[row]} + double{residual[row * kN + column]};
        for (int64_t k = 0; k < kK; ++k)
          sum += double{a[row * kK + k]} * double{b[k * kN + column]};
        EXPECT_NEAR(c[row * kN + column], std::max(sum, 0.0), 1e-5) << kernel->name;
      }
  }
}

}  // namespace
}  // namespace inlay::kernels
