#include "kernels/activation.h"

#include "kernels/kernel_test.h"
#include "kernels/ref/activation_ref.h"

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
    case Unary::kAbs: return ulp <= 0.5;
    case Unary::kExp:
    case Unary::kSigmoid: return ulp <= 4 || flushed;
    case Unary::kLog:
    case Unary::kTanh: return ulp <= 4;
    case Unary::kErf: return ulp <= 8 && distance <= 0x1p-21;
    case Unary::kGeluErf:
    case Unary::kGeluTanh:
    case Unary::kSilu: return ulp == 0 || distance <= 5e-7 * std::fabs(x);
  }
  return false;
}

const char* op_name(Unary op) {
  static constexpr const char* kNames[kUnaryCount] = {
      "relu", "gelu_erf", "gelu_tanh", "tanh",       "sigmoid", "silu", "erf",
      "exp",  "log",      "sqrt",      "reciprocal", "negate",  "abs"};
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
        const double exact = unary_ref(op, x[j]);
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
  EXPECT_FALSE(within_contract(Unary::kGeluErf, 1.0f, 0.841346f, unary_ref(Unary::kGeluErf, 1.0)));
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
          EXPECT_NEAR(x[i], unary_ref(Unary::kGeluErf, before[i]), 2e-6)
              << kernel->name << " " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
