// Conversions against arithmetic on the value, for every 16-bit pattern.
#include "kernels/convert.h"

#include "base/half.h"
#include "kernel_test.h"

namespace inlay::kernels {
namespace {

std::vector<uint16_t> all_patterns() {
  std::vector<uint16_t> out(0x10000);
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint16_t>(i);
  return out;
}

// The value that IEEE 754 gives a pattern with so many bits of exponent and mantissa.
double value_of(uint16_t pattern, int mantissa_bits) {
  const int exponent_bits = 15 - mantissa_bits, bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = pattern >> mantissa_bits & ((1 << exponent_bits) - 1);
  const int mantissa = pattern & ((1 << mantissa_bits) - 1);
  const double sign = pattern & 0x8000 ? -1 : 1;
  if (exponent == (1 << exponent_bits) - 1) return mantissa ? NAN : sign * INFINITY;
  const int hidden = exponent ? 1 << mantissa_bits : 0;
  return sign * std::ldexp(mantissa + hidden, (exponent ? exponent : 1) - bias - mantissa_bits);
}

bool same(float found, double expected) {
  return std::isnan(expected) ? std::isnan(found)
                              : found == expected && std::signbit(found) == std::signbit(expected);
}

TEST(Convert, WideningIsExact) {
  const auto patterns = all_patterns();
  for (const ConvertKernel* kernel : runnable(convert_table())) {
    std::vector<float> f16(patterns.size()), bf16(patterns.size());
    kernel->widen_f16(patterns.data(), 0x10000, f16.data());
    kernel->widen_bf16(patterns.data(), 0x10000, bf16.data());
    for (size_t i = 0; i < patterns.size(); ++i) {
      ASSERT_TRUE(same(f16[i], value_of(patterns[i], 10))) << kernel->name << " f16 " << i;
      ASSERT_TRUE(same(bf16[i], value_of(patterns[i], 7))) << kernel->name << " bf16 " << i;
    }
  }
}

// Between two neighbours the nearer one wins, in the middle the even one.
TEST(Convert, NarrowingRoundsToTheNearestEven) {
  for (const ConvertKernel* kernel : runnable(convert_table())) {
    for (const bool half : {true, false}) {
      const auto narrow = half ? kernel->narrow_f16 : kernel->narrow_bf16;
      const auto widen = half ? half_value : bfloat16_value;
      std::vector<float> inputs;
      std::vector<uint16_t> expected;
      const uint16_t infinite = half ? 0x7C00 : 0x7F80;
      for (uint16_t low = 0; low + 1 < infinite; ++low) {
        const uint16_t high = low + 1;
        const float a = widen(low), b = widen(high), middle = a + (b - a) / 2;
        inputs.insert(inputs.end(),
                      {a, std::nextafter(middle, a), middle, std::nextafter(middle, b), -middle});
        const uint16_t even = low & 1 ? high : low;
        expected.insert(expected.end(),
                        {low, low, even, high, static_cast<uint16_t>(even | 0x8000)});
      }
      inputs.insert(inputs.end(), {INFINITY, -INFINITY, 3.4e38f});
      expected.insert(expected.end(),
                      {infinite, static_cast<uint16_t>(infinite | 0x8000), infinite});
      if (!half) inputs.back() = std::numeric_limits<float>::max();
      std::vector<uint16_t> found(inputs.size());
      narrow(inputs.data(), static_cast<int64_t>(inputs.size()), found.data());
      for (size_t i = 0; i < inputs.size(); ++i)
        ASSERT_EQ(found[i], expected[i]) << kernel->name << ' ' << half << ' ' << inputs[i];
      const float nan = NAN;
      narrow(&nan, 1, found.data());
      EXPECT_TRUE(std::isnan(widen(found[0])));
    }
  }
}

TEST(Convert, WritesNothingBehindItsEnd) {
  const auto patterns = all_patterns();
  for (const ConvertKernel* kernel : runnable(convert_table())) {
    for (int64_t n = 0; n < 40; ++n) {
      Floats to(n, 1);
      kernel->widen_f16(patterns.data() + 3, n, to.data());
      EXPECT_TRUE(to.intact()) << kernel->name << ' ' << n;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
