// Every entry against sums in 64 bits, over sizes around the tiles, with zero points of every kind.
#include "kernels/integer_gemm.h"

#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/kernel_test.h"
#include "kernels/quantize.h"

namespace inlay::kernels {
namespace {

struct Product {
  int64_t m, n, k;
  bool b_unsigned = false;
  int64_t a_zeros = 1, b_zeros = 1;  // 0: none; 1: one; else a row or a column each
  // Rows of b with large elements are so far apart, others have small ones; 0: all of them have.
  int64_t large_every = 1;
};

struct Bytes {
  explicit Bytes(int64_t n, uint64_t seed) : data(static_cast<size_t>(n)) {
    Noise noise(seed);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(128 + noise.next(128));
  }
  std::vector<uint8_t> data;
};

struct Block {
  explicit Block(int64_t bytes)
      : data(static_cast<std::byte*>(
            ::operator new(static_cast<size_t>(bytes + 64), std::align_val_t(64)))) {}
  ~Block() { ::operator delete(data, std::align_val_t(64)); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  std::byte* data;
};

class Problem {
 public:
  explicit Problem(const Product& product)
      : p(product), a(p.m * p.k, 1), b(p.k * p.n, 2), scales(p.n) {
    for (int64_t k = 0; k < p.k; ++k)
      for (int64_t j = 0; j < p.n && (p.large_every == 0 || k % p.large_every != 0); ++j) {
        uint8_t& bits = b.data[static_cast<size_t>(k * p.n + j)];
        bits = static_cast<uint8_t>(static_cast<int8_t>(bits) / 2 + (p.b_unsigned ? 128 : 0));
      }
    // Rows that reach the largest sums, which would not fit 16 bits.
    std::fill_n(a.data.begin(), std::min<int64_t>(p.k, p.m * p.k), uint8_t{255});
    for (int64_t k = 0; k < p.k && p.large_every == 1; ++k)
      b.data[static_cast<size_t>(k * p.n)] = p.b_unsigned ? 255 : 127;
    for (int64_t i = 0; i < std::max(p.m, p.a_zeros); ++i)
      a_zero.push_back(static_cast<int32_t>(i * 7 % 256));
    for (int64_t i = 0; i < std::max(p.n, p.b_zeros); ++i)
      b_zero.push_back(static_cast<int32_t>(i * 5 % 256) - 128);
    Noise(3).fill(scales);
    for (int64_t i = 0; i < p.m; ++i)
      row_sums.push_back(
          static_cast<int32_t>(quantize_kernel().sum_u8(a.data.data() + i * p.k, p.k)));
  }

  int32_t expected(int64_t row, int64_t column) const {
    const int64_t za = p.a_zeros == 0 ? 0 : a_zero[static_cast<size_t>(p.a_zeros > 1 ? row : 0)];
    const int64_t zb = p.b_zeros == 0 ? 0 : b_zero[static_cast<size_t>(p.b_zeros > 1 ? column : 0)];
    int64_t sum = 0;
    for (int64_t k = 0; k < p.k; ++k) {
      const uint8_t bits = b.data[static_cast<size_t>(k * p.n + column)];
      const int64_t weight =
          p.b_unsigned ? int64_t{bits} - 128 : int64_t{static_cast<int8_t>(bits)};
      sum += (a.data[static_cast<size_t>(row * p.k + k)] - za) * (weight - zb);
    }
    return static_cast<int32_t>(sum);
  }

  IntegerGemmArgs args(const std::byte* packed) const {
    IntegerGemmArgs out{};
    out.a = a.data.data();
    out.a_stride = p.k;
    out.b_packed = packed;
    out.a_zero = p.a_zeros ? a_zero.data() : nullptr;
    out.a_zero_stride = p.a_zeros > 1 ? 1 : 0;
    out.b_zero = p.b_zeros ? b_zero.data() : nullptr;
    out.b_zero_stride = p.b_zeros > 1 ? 1 : 0;
    out.row_sums = row_sums.data();
    out.m = p.m;
    out.n = p.n;
    out.k = p.k;
    return out;
  }

  Product p;
  Bytes a, b;
  std::vector<int32_t> a_zero, b_zero, row_sums;
  mutable Floats scales;
};

void pack(const IntegerGemmKernel& kernel, const Problem& problem, std::byte* packed) {
  const Product& p = problem.p;
  const IntegerPackSource source{problem.b.data.data(), p.b_unsigned, p.k, p.n, p.n, 1};
  const int64_t cut = std::min<int64_t>(p.n, kernel.tile_n);
  kernel.pack(source, cut, p.n, packed);
  kernel.pack(source, 0, cut, packed);
}

void check(const IntegerGemmKernel& kernel, const Problem& problem) {
  const Product& p = problem.p;
  SCOPED_TRACE(testing::Message() << kernel.name << ' ' << p.m << 'x' << p.n << 'x' << p.k
                                  << (p.b_unsigned ? " u8" : " s8") << ", zero points " << p.a_zeros
                                  << ' ' << p.b_zeros);
  const Block packed(kernel.packed_bytes(p.k, p.n));
  pack(kernel, problem, packed.data);
  IntegerGemmArgs args = problem.args(packed.data);
  std::vector<int32_t> c(static_cast<size_t>(p.m * p.n + 1), -77);
  args.c = c.data();
  const int64_t rows = p.m / 2, columns = std::min<int64_t>(p.n, kernel.tile_n);
  kernel.run(args, 0, rows, 0, p.n);
  kernel.run(args, rows, p.m, columns, p.n);
  kernel.run(args, rows, p.m, 0, columns);
  EXPECT_EQ(c.back(), -77);
  Floats y(p.m * p.n);
  args.c = nullptr;
  args.y = y.data();
  args.scale = args.bias = problem.scales.data();
  args.scale_stride = 1;
  kernel.run(args, 0, p.m, 0, p.n);
  EXPECT_TRUE(y.intact());
  for (int64_t i = 0; i < p.m * p.n; ++i) {
    const int32_t expected = problem.expected(i / p.n, i % p.n);
    ASSERT_EQ(c[static_cast<size_t>(i)], expected) << "element " << i;
    const float scale = problem.scales[i % p.n];
    ASSERT_EQ(y[i], static_cast<float>(expected) * scale + scale) << "element " << i;
  }
}

TEST(IntegerGemm, AgreesWithWholeSums) {
  for (const IntegerGemmKernel* kernel : runnable(integer_gemm_table())) {
    for (int64_t m : {1, 5, 6, 7, 12, 13, 25})
      for (int64_t n : {1, 7, 16, 31, 32, 33, 64})
        for (int64_t k : {1, 2, 3, 5, 31, 64, 67}) check(*kernel, Problem({m, n, k}));
    for (int64_t k : {511, 512, 513, 1023, 1024, 1025, 2053}) check(*kernel, Problem({13, 40, k}));
    check(*kernel, Problem({3, 16 * 33, 9}));
  }
}

TEST(IntegerGemm, ZeroPointsOfEveryKind) {
  for (const IntegerGemmKernel* kernel : runnable(integer_gemm_table()))
    for (bool b_unsigned : {false, true})
      for (int64_t a_zeros : {0, 1, 14})
        for (int64_t b_zeros : {0, 1, 45})
          check(*kernel, Problem({14, 45, 70, b_unsigned, a_zeros, b_zeros}));
}

// Groups of four whose neighbours may saturate, and such that cannot, in all mixtures.
TEST(IntegerGemm, LargeAndSmallWeights) {
  for (const IntegerGemmKernel* kernel : runnable(integer_gemm_table()))
    for (int64_t large_every : {0, 5, 37})
      for (bool b_unsigned : {false, true})
        for (int64_t m : {1, 5, 7, 13})
          for (int64_t k : {3, 4, 64, 67, 1030})
            check(*kernel, Problem({m, 40, k, b_unsigned, 1, 1, large_every}));
}

TEST(IntegerGemm, TransposedWeightsArePackedTheSame) {
  const Problem problem({4, 40, 21});
  std::vector<uint8_t> turned(problem.b.data.size());
  for (int64_t k = 0; k < 21; ++k)
    for (int64_t n = 0; n < 40; ++n)
      turned[static_cast<size_t>(n * 21 + k)] = problem.b.data[static_cast<size_t>(k * 40 + n)];
  for (const IntegerGemmKernel* kernel : runnable(integer_gemm_table())) {
    const int64_t bytes = kernel->packed_bytes(21, 40);
    const Block one(bytes), other(bytes);
    std::fill_n(one.data, bytes, std::byte{0});
    std::fill_n(other.data, bytes, std::byte{0});
    kernel->pack({problem.b.data.data(), false, 21, 40, 40, 1}, 0, 40, one.data);
    kernel->pack({turned.data(), false, 21, 40, 1, 21}, 0, 40, other.data);
    EXPECT_TRUE(std::equal(one.data, one.data + bytes, other.data)) << kernel->name;
  }
}

// plan_gemm() cuts these products by the tiles of the other family.
TEST(IntegerGemm, ColumnsAreCutAsThoseOfFloats) {
  for (const IntegerGemmKernel* kernel : integer_gemm_table())
    for (const GemmKernel* floats : gemm_table())
      if ((kernel->isa & ~uint32_t{kIsaVnni}) == floats->isa) {
        EXPECT_EQ(kernel->tile_n, floats->tile_n) << kernel->name;
      }
}

const QuantizeKernel& oracle() { return **(quantize_table().end() - 1); }

void expect_bytes_as_ref(const QuantizeKernel& kernel, const float* x, int64_t n,
                         const ByteScales& scales) {
  std::vector<uint8_t> y(static_cast<size_t>(n + 1), 77), wanted = y;
  kernel.to_bytes(x, n, scales, y.data());
  oracle().to_bytes(x, n, scales, wanted.data());
  EXPECT_EQ(y, wanted);
  std::vector<float> back(static_cast<size_t>(n + 1), -7), expected = back;
  kernel.from_bytes(y.data(), n, scales, back.data());
  oracle().from_bytes(y.data(), n, scales, expected.data());
  EXPECT_EQ(back, expected);
}

TEST(Quantize, EntriesAgreeWithRef) {
  for (const QuantizeKernel* kernel : runnable(quantize_table())) {
    for (int64_t n : {0, 1, 7, 8, 15, 16, 17, 33, 100, 1003}) {
      SCOPED_TRACE(testing::Message() << kernel->name << ' ' << n);
      Floats x(n, n % 3);
      Noise(n).fill(x, 3);
      if (n > 8) x[5] = __builtin_nanf(""), x[6] = __builtin_inff(), x[7] = -400;
      const Extremes found = kernel->extremes(x.data(), n, {0, 0});
      const Extremes expected = oracle().extremes(x.data(), n, {0, 0});
      EXPECT_EQ(found.low, expected.low);
      EXPECT_EQ(found.high, expected.high);
      std::vector<uint8_t> y(static_cast<size_t>(n + 1), 77);
      EXPECT_EQ(kernel->sum_u8(y.data(), n), oracle().sum_u8(y.data(), n));
      Floats scale(n + 1), zero(n + 1);
      Noise(7).fill(scale);
      for (int64_t i = 0; i <= n; ++i) scale[i] += 1.5f, zero[i] = static_cast<float>(i * 37 % 128);
      for (const bool is_signed : {false, true})
        for (const int64_t stride : {0, 1})
          expect_bytes_as_ref(*kernel, x.data(), n, {scale.data(), zero.data(), stride, is_signed});
    }
  }
}

TEST(Quantize, SumsOfEachChannel) {
  constexpr int64_t kChannels = 48, kTaps = 9;
  const Bytes x(kChannels * kTaps, 4);
  const uint8_t* rows[kTaps];
  for (int64_t t = 0; t < kTaps; ++t) rows[t] = x.data.data() + t * kChannels;
  std::vector<int32_t> weights(kChannels * kTaps), start(kChannels);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int32_t>(i * 29 % 511) - 255;
  for (size_t c = 0; c < start.size(); ++c) start[c] = INT32_MAX - static_cast<int32_t>(c);
  Floats scale(kChannels);
  Noise(8).fill(scale);
  ChannelSums args{rows,         weights.data(), kTaps,   kChannels,
                   start.data(), nullptr,        nullptr, scale.data()};
  std::vector<int32_t> wanted(kChannels), sums(kChannels);
  args.sums = wanted.data();
  oracle().channel_sums(args);
  for (const QuantizeKernel* kernel : runnable(quantize_table())) {
    args.sums = sums.data();
    kernel->channel_sums(args);
    EXPECT_EQ(sums, wanted) << kernel->name;
    Floats y(kChannels);
    args.sums = nullptr;
    args.y = y.data();
    kernel->channel_sums(args);
    for (int64_t c = 0; c < kChannels; ++c)
      EXPECT_EQ(y[c], static_cast<float>(wanted[static_cast<size_t>(c)]) * scale[c])
          << kernel->name;
  }
}

TEST(Quantize, RoundsTiesToEvenAndClamps) {
  const float x[] = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 300, -300, __builtin_nanf("")};
  const float one = 1, ten = 10;
  for (const QuantizeKernel* kernel : runnable(quantize_table())) {
    SCOPED_TRACE(kernel->name);
    std::vector<uint8_t> y(8);
    kernel->to_bytes(x, 8, {&one, &ten, 0, false}, y.data());
    EXPECT_EQ(y, (std::vector<uint8_t>{10, 12, 12, 10, 8, 255, 0, 0}));
    kernel->to_bytes(x, 8, {&one, &ten, 0, true}, y.data());
    EXPECT_EQ(y, (std::vector<uint8_t>{10, 12, 12, 10, 8, 127, 128, 128}));
    const uint8_t bytes[] = {0, 10, 127, 128, 255};
    std::vector<float> back(5);
    kernel->from_bytes(bytes, 5, {&one, &ten, 0, false}, back.data());
    EXPECT_EQ(back, (std::vector<float>{-10, 0, 117, 118, 245}));
    kernel->from_bytes(bytes, 5, {&one, &ten, 0, true}, back.data());
    EXPECT_EQ(back, (std::vector<float>{-10, 0, 117, -138, -11}));
  }
}

}  // namespace
}  // namespace inlay::kernels
