#include "kernels/attention.h"

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

enum class Bias { kNone, kKeyMask, kFull, kStrided };

struct Shape {
  int64_t q_rows, k_rows, head_dim, v_dim;
  Bias bias = Bias::kNone;
  bool causal = false;
  int64_t causal_offset = 0;
  int64_t shift = 0;
};

struct Problem {
  explicit Problem(const Shape& s)
      : shape(s),
        q(s.q_rows * (s.head_dim + 3), s.shift),
        k(s.k_rows * (s.head_dim + 5), s.shift),
        v(s.k_rows * (s.v_dim + 7), s.shift),
        bias(2 * s.q_rows * s.k_rows + 2 * s.k_rows, s.shift) {
    Noise noise(s.q_rows * 7 + s.k_rows * 13 + s.head_dim);
    noise.fill(q, 2.0f);
    noise.fill(k, 2.0f);
    noise.fill(v);
    noise.fill(bias, 3.0f);
    for (int64_t i = 0; i < bias.size(); i += 3) bias[i] = std::numeric_limits<float>::lowest();
  }
  AttentionArgs args() {
    const Shape& s = shape;
    AttentionArgs args = {};
    args.q = q.data(), args.q_stride = s.head_dim + 3;
    args.k = k.data(), args.k_stride = s.head_dim + 5;
    args.v = v.data(), args.v_stride = s.v_dim + 7;
    args.q_rows = s.q_rows, args.k_rows = s.k_rows;
    args.head_dim = s.head_dim, args.v_dim = s.v_dim;
    args.scale = 0.7f / std::sqrt(static_cast<float>(s.head_dim));
    args.causal = s.causal, args.causal_offset = s.causal_offset;
    if (s.bias == Bias::kNone) return args;
    args.bias = bias.data();
    args.bias_column_stride = s.bias == Bias::kStrided ? 2 : 1;
    args.bias_row_stride = s.bias == Bias::kKeyMask ? 0 : s.k_rows * args.bias_column_stride;
    return args;
  }
  Shape shape;
  Floats q, k, v, bias;
};

std::vector<float> run(const AttentionKernel& kernel, AttentionArgs args) {
  Floats scratch(kernel.scratch_bytes(args.q_rows, args.k_rows, args.head_dim, args.v_dim) / 4);
  Floats out(args.q_rows * (args.v_dim + 1), 1);
  args.scratch = scratch.data();
  args.out = out.data();
  args.out_stride = args.v_dim + 1;
  kernel.run(args);
  EXPECT_TRUE(out.intact() && scratch.intact()) << kernel.name;
  return out.copy();
}

const AttentionKernel& oracle() { return *attention_table().entries[attention_table().count - 1]; }

void expect_near_ref(const Shape& shape) {
  Problem problem(shape);
  const std::vector<float> expected = run(oracle(), problem.args());
  for (const AttentionKernel* kernel : runnable(attention_table())) {
    const std::vector<float> found = run(*kernel, problem.args());
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 3e-6)
          << kernel->name << " q " << shape.q_rows << " k " << shape.k_rows << " d "
          << shape.head_dim << " v " << shape.v_dim << " at " << i;
    }
  }
}

TEST(Attention, AgreesWithTheOracleAtAllLengths) {
  for (int64_t rows : {1, 2, 13, 14, 15, 16, 17, 31, 32, 33, 61, 128}) {
    expect_near_ref({rows, rows, 32, 32});
    expect_near_ref({rows, rows, 64, 64});
  }
  expect_near_ref({0, 5, 32, 32});
  expect_near_ref({5, 0, 32, 32});
}

TEST(Attention, TakesAnyHeadDimension) {
  for (int64_t dim : {1, 7, 8, 15, 16, 17, 31, 33, 40, 80, 128, 131}) {
    expect_near_ref({19, 23, dim, dim});
    expect_near_ref({19, 23, dim, 20});
  }
}

TEST(Attention, AddsBiasOfEveryForm) {
  for (Bias bias : {Bias::kKeyMask, Bias::kFull, Bias::kStrided}) {
    for (int64_t keys : {1, 16, 37, 130}) expect_near_ref({21, keys, 32, 32, bias});
  }
}

TEST(Attention, CausalSeesThePastOnly) {
  for (int64_t offset : {-3, -1, 0, 5, 40}) {
    expect_near_ref({33, 33 + (offset > 0 ? offset : 0), 32, 32, Bias::kNone, true, offset});
    expect_near_ref({33, 41, 16, 16, Bias::kFull, true, offset});
  }
}

TEST(Attention, LongTextsAreTakenInBlocks) {
  for (int64_t keys : {511, 512, 513, 1024, 1601}) {
    expect_near_ref({17, keys, 32, 32});
    expect_near_ref({17, keys, 32, 32, Bias::kKeyMask});
    expect_near_ref({17, keys, 32, 32, Bias::kNone, true, keys - 600});
  }
}

TEST(Attention, TakesUnalignedPointers) {
  for (int64_t shift : {1, 2, 3}) {
    expect_near_ref({20, 45, 32, 32, Bias::kFull, false, 0, shift});
  }
}

TEST(Attention, RowsDoNotDependOnTheirNeighbours) {
  for (int64_t keys : {50, 1300}) {
    for (bool causal : {false, true}) {
      Problem problem({40, keys, 32, 32, Bias::kFull, causal, 7});
      for (const AttentionKernel* kernel : runnable(attention_table())) {
        const std::vector<float> whole = run(*kernel, problem.args());
        for (int64_t begin : {0, 9, 31, 39}) {
          AttentionArgs args = problem.args();
          args.q += begin * args.q_stride;
          args.bias += begin * args.bias_row_stride;
          args.causal_offset += begin;
          args.q_rows = std::min<int64_t>(40 - begin, 11);
          const std::vector<float> part = run(*kernel, args);
          for (int64_t i = 0; i < args.q_rows; ++i) {
            for (int64_t d = 0; d < 32; ++d) {
              ASSERT_EQ(part[i * 33 + d], whole[(begin + i) * 33 + d]) << kernel->name << begin;
            }
          }
        }
      }
    }
  }
}

TEST(Attention, MaskOfLowestFloatOnAllKeysGivesTheMean) {
  for (int64_t keys : {20, 700}) {
    Problem problem({3, keys, 32, 8, Bias::kKeyMask});
    for (int64_t j = 0; j < keys; ++j) problem.bias[j] = std::numeric_limits<float>::lowest();
    for (const AttentionKernel* kernel : runnable(attention_table())) {
      const std::vector<float> found = run(*kernel, problem.args());
      for (int64_t d = 0; d < 8; ++d) {
        double mean = 0;
        for (int64_t j = 0; j < keys; ++j)
          mean += problem.v[j * 15 + d] / static_cast<double>(keys);
        EXPECT_NEAR(found[d], mean, 1e-6) << kernel->name;
      }
    }
  }
}

TEST(Attention, InfiniteMask) {
  const float inf = std::numeric_limits<float>::infinity();
  for (int64_t keys : {20, 1200}) {
    Problem problem({15, keys, 32, 8, Bias::kKeyMask});
    for (int64_t j = 0; j < keys; ++j) problem.bias[j] = j < keys - 3 ? -inf : 0.0f;
    const std::vector<float> expected = run(oracle(), problem.args());
    for (const AttentionKernel* kernel : runnable(attention_table())) {
      const std::vector<float> found = run(*kernel, problem.args());
      for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], 3e-6);
      AttentionArgs args = problem.args();
      std::vector<float> all(static_cast<size_t>(keys), -inf);
      args.bias = all.data();
      EXPECT_TRUE(std::isnan(run(*kernel, args)[0])) << kernel->name;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
