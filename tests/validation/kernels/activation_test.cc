#include "kernels/activation.h"

#include "kernels/kernel_test.h"

namespace inlay::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The header's contract: what a result may differ from the exact one.
bool within_contract(Unary op, float x, float found, double exact) {
  const double ulp = ulp_distance(found, exact), distance = std::fabs(found - exact);
  const bool flushed = found == 0 && std::fabs(exact) < 0x1p-126;
  switch (op) {
    case Unary::kRelu:
    case Unary::kSqrt:
    case Unary::kReciprocal:
    case Unary::kNegate:
    case Unary::kFloor:
    case Unary::kCeil:
    case Unary::kRound:
    case Unary::kAbs: return ulp <= 0.5;
    case Unary::kExp:
    case Unary::kSoftplus:
    case Unary::kSigmoid: return ulp <= 4 || flushed;
    case Unary::kSoftsign: return ulp <= 2;
    case Unary::kSin:
    case Unary::kCos:
    case Unary::kLog:
    case Unary::kTanh: return ulp <= 4;
    case Unary::kErf: return ulp <= 8 && distance <= 0x1p-21;
    case Unary::kGeluErf:
    case Unary::kGeluTanh:
    case Unary::kMish:
    case Unary::kHardSwish:
    case Unary::kSilu: return ulp == 0 || distance <= 5e-7 * std::fabs(x);
  }
  return false;
}

const char* op_name(Unary op) {
  static constexpr const char* kNames[kUnaryCount] = {
      "relu",       "gelu_erf", "gelu_tanh",  "tanh",   "sigmoid", "silu",     "erf",  "exp",
      "log",        "sqrt",     "reciprocal", "negate", "abs",     "softplus", "mish", "softsign",
      "hard_swish", "sin",      "cos",        "floor",  "ceil",    "round"};
  return kNames[static_cast<int>(op)];
}

// Every 997th float, which meets all exponents and signs.
std::vector<float> sweep() {
  std::vector<float> values;
  for (uint64_t bits = 0; bits <= 0xFFFFFFFFu; bits += 997 * 37) {
    const float x = std::bit_cast<float>(static_cast<uint32_t>(bits));
    if (std::isfinite(x) && (x == 0 || std::fabs(x) >= 0x1p-126f)) values.push_back(x);
  }
  for (int i = -200000; i <= 200000; ++i) values.push_back(static_cast<float>(i) * 1e-4f * 5.37f);
  return values;
}

TEST(Activation, KeepsItsContractOnAllMagnitudes) {
  const std::vector<float> x = sweep();
  std::vector<float> y(x.size());
  for (const ActivationKernel* kernel : runnable(activation_table())) {
    for (int i = 0; i < kUnaryCount; ++i) {
      const Unary op = static_cast<Unary>(i);
      kernel->run(op, x.data(), y.data(), static_cast<int64_t>(x.size()));
      int64_t wrong = 0;
      for (size_t j = 0; j < x.size(); ++j) {
        const double exact = unary_value(op, x[j]);
        if (within_contract(op, x[j], y[j], exact)) continue;
        if (++wrong > 3) break;
        ADD_FAILURE() << kernel->name << " " << op_name(op) << "(" << x[j] << ") = " << y[j]
                      << ", exact " << exact << ", ULP " << ulp_distance(y[j], exact);
      }
    }
  }
}

TEST(Activation, ContractNoticesAnErrorOfOneInAMillion) {
  EXPECT_TRUE(within_contract(Unary::kExp, 1.0f, 2.7182818f, std::exp(1.0)));
  EXPECT_FALSE(within_contract(Unary::kExp, 1.0f, 2.7182848f, std::exp(1.0)));
  EXPECT_FALSE(
      within_contract(Unary::kGeluErf, 1.0f, 0.841346f, unary_value(Unary::kGeluErf, 1.0)));
}

TEST(Activation, LimitsAreExact) {
  struct Limit {
    Unary op;
    float x, y;
  };
  const Limit limits[] = {
      {Unary::kExp, -kInf, 0},
      {Unary::kExp, -3.4e38f, 0},
      {Unary::kExp, kInf, kInf},
      {Unary::kExp, 0, 1},
      {Unary::kTanh, kInf, 1},
      {Unary::kTanh, -kInf, -1},
      {Unary::kSigmoid, -kInf, 0},
      {Unary::kSigmoid, kInf, 1},
      {Unary::kErf, kInf, 1},
      {Unary::kErf, -kInf, -1},
      {Unary::kGeluErf, kInf, kInf},
      {Unary::kGeluErf, -kInf, 0},
      {Unary::kGeluErf, -40.0f, 0},
      {Unary::kGeluTanh, -kInf, 0},
      {Unary::kGeluTanh, kInf, kInf},
      {Unary::kSilu, -kInf, 0},
      {Unary::kSilu, kInf, kInf},
      {Unary::kLog, 0, -kInf},
      {Unary::kLog, kInf, kInf},
      {Unary::kLog, -1, kNan},
      {Unary::kLog, 1, 0},
      {Unary::kLog, 1e-40f, std::log(1e-40f)},
      {Unary::kRelu, -kInf, 0},
      {Unary::kReciprocal, kInf, 0},
      {Unary::kSoftplus, -kInf, 0},
      {Unary::kSoftplus, kInf, kInf},
      {Unary::kMish, -kInf, 0},
      {Unary::kMish, kInf, kInf},
      {Unary::kHardSwish, -3, 0},
      {Unary::kHardSwish, kInf, kInf},
      {Unary::kSin, kInf, kNan},
      {Unary::kCos, -kInf, kNan},
      {Unary::kCos, 0, 1},
      {Unary::kSin, 1e30f, std::sin(1e30f)},
      {Unary::kFloor, -kInf, -kInf},
      {Unary::kRound, 2.5f, 2},
      {Unary::kRound, -3.5f, -4},
      {Unary::kCeil, 1e-40f, 1},
  };
  for (const ActivationKernel* kernel : runnable(activation_table())) {
    for (const Limit& limit : limits) {
      float y = 7;
      kernel->run(limit.op, &limit.x, &y, 1);
      EXPECT_LE(ulp_distance(y, limit.y), 1)
          << kernel->name << " " << op_name(limit.op) << "(" << limit.x << ") = " << y;
    }
    for (int i = 0; i < kUnaryCount; ++i) {
      float y = 7;
      kernel->run(static_cast<Unary>(i), &kNan, &y, 1);
      EXPECT_TRUE(std::isnan(y)) << kernel->name << " " << op_name(static_cast<Unary>(i));
    }
  }
}

bool within_contract(Parametric op, float x, float found, double exact) {
  const double ulp = ulp_distance(found, exact), distance = std::fabs(found - exact);
  switch (op) {
    case Parametric::kElu: return ulp <= 8;
    case Parametric::kHardSigmoid: return distance <= 0x1p-22;
    case Parametric::kSwish: return ulp == 0 || distance <= 5e-7 * std::fabs(x);
    case Parametric::kLeakyRelu:
    case Parametric::kThresholdedRelu:
    case Parametric::kClip: return ulp <= 1;
  }
  return false;
}

struct ParametricCase {
  Parametric op;
  Parameters p;
};
constexpr ParametricCase kParametricCases[] = {
    {Parametric::kElu, {1, 1, 1}},
    {Parametric::kElu, {1.0507009, 1.7580993, 1}},
    {Parametric::kElu, {1, 2, 0.5}},
    {Parametric::kLeakyRelu, {0.25, 0, 0}},
    {Parametric::kHardSigmoid, {0.25, 0.5, 0}},
    {Parametric::kThresholdedRelu, {1.5, 0, 0}},
    {Parametric::kClip, {-1.5, 6, 0}},
    {Parametric::kSwish, {1.75, 0, 0}},
};

TEST(Activation, ParametricKeepsItsContractOnAllMagnitudes) {
  const std::vector<float> x = sweep();
  std::vector<float> y(x.size());
  for (const ActivationKernel* kernel : runnable(activation_table())) {
    for (const auto& [op, p] : kParametricCases) {
      kernel->run_parametric(op, p, x.data(), y.data(), static_cast<int64_t>(x.size()));
      int64_t wrong = 0;
      for (size_t j = 0; j < x.size() && wrong < 3; ++j) {
        const double exact = parametric_value(op, p, x[j]);
        if (within_contract(op, x[j], y[j], exact) || std::fabs(exact) > 3.4e38) continue;
        ++wrong;
        ADD_FAILURE() << kernel->name << " " << static_cast<int>(op) << "(" << x[j]
                      << ") = " << y[j] << ", exact " << exact;
      }
    }
  }
}

TEST(Activation, ParametricLimits) {
  for (const ActivationKernel* kernel : runnable(activation_table())) {
    const float x[] = {-kInf, kInf, kNan, 0, -2};
    float y[5];
    kernel->run_parametric(Parametric::kElu, {1, 2, 1}, x, y, 5);
    EXPECT_EQ(y[0], -2) << kernel->name;
    EXPECT_EQ(y[1], kInf) << kernel->name;
    EXPECT_TRUE(std::isnan(y[2])) << kernel->name;
    kernel->run_parametric(Parametric::kClip, {3, 1, 0}, x, y, 5);  // the upper end wins
    EXPECT_EQ(y[0], 1) << kernel->name;
    EXPECT_TRUE(std::isnan(y[2])) << kernel->name;
    kernel->run_parametric(Parametric::kSwish, {2, 0, 0}, x, y, 5);
    EXPECT_EQ(y[0], 0) << kernel->name;
    EXPECT_EQ(y[1], kInf) << kernel->name;
    kernel->run_parametric(Parametric::kThresholdedRelu, {1, 0, 0}, x, y, 5);
    EXPECT_EQ(y[2], 0) << kernel->name;
    kernel->run_parametric(Parametric::kLeakyRelu, {0.5, 0, 0}, x, y, 5);
    EXPECT_EQ(y[0], -kInf) << kernel->name;
    EXPECT_EQ(y[4], -1) << kernel->name;
  }
}

TEST(Activation, AllCountsInPlaceAndUnaligned) {
  for (const ActivationKernel* kernel : runnable(activation_table())) {
    for (int64_t n : {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 101}) {
      for (int64_t shift : {0, 1, 3}) {
        Floats x(n, shift);
        Noise(n + 1).fill(x, 4.0f);
        const std::vector<float> before = x.copy();
        kernel->run(Unary::kGeluErf, x.data(), x.data(), n);
        EXPECT_TRUE(x.intact()) << kernel->name;
        for (int64_t i = 0; i < n; ++i) {
          EXPECT_NEAR(x[i], unary_value(Unary::kGeluErf, before[i]), 2e-6)
              << kernel->name << " " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
