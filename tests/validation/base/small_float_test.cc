// Codes written down from the formats' tables, every code there and back, and the ends of the ranges.
#include "base/small_float.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace inlay {
namespace {

constexpr float kInfinity = __builtin_inff();

struct Named {
  const char* name;
  const SmallFloatFormat& format;
  int codes;
  float largest, smallest;
};

const std::vector<Named>& formats() {
  static const std::vector<Named> all = {
      {"e4m3fn", kFloat8e4m3fn, 256, 448, 0x1p-9f},
      {"e4m3fnuz", kFloat8e4m3fnuz, 256, 240, 0x1p-10f},
      {"e5m2", kFloat8e5m2, 256, 57344, 0x1p-16f},
      {"e5m2fnuz", kFloat8e5m2fnuz, 256, 57344, 0x1p-17f},
      {"e2m1", kFloat4e2m1, 16, 6, 0.5f},
  };
  return all;
}

TEST(SmallFloat, EveryCodeComesBack) {
  for (const Named& f : formats()) {
    SCOPED_TRACE(f.name);
    for (int code = 0; code < f.codes; ++code) {
      const float value = small_float_value(static_cast<uint8_t>(code), f.format);
      const uint8_t back = small_float_bits(value, f.format, false);
      if (std::isnan(value))
        EXPECT_TRUE(std::isnan(small_float_value(back, f.format))) << code;
      else
        EXPECT_EQ(back, code);
    }
  }
}

TEST(SmallFloat, RoundsToTheNearestOfAllCodes) {
  for (const Named& f : formats()) {
    SCOPED_TRACE(f.name);
    for (int code = 0; code + 1 <= f.format.largest; ++code) {
      const float low = small_float_value(static_cast<uint8_t>(code), f.format);
      const float high = small_float_value(static_cast<uint8_t>(code + 1), f.format);
      const float middle = (low + high) / 2;
      EXPECT_EQ(small_float_bits(middle, f.format, true), code % 2 == 0 ? code : code + 1);
      EXPECT_EQ(small_float_bits(std::nextafter(middle, low), f.format, true), code);
      EXPECT_EQ(small_float_bits(std::nextafter(middle, high), f.format, true), code + 1);
    }
    EXPECT_EQ(small_float_value(1, f.format), f.smallest);
    EXPECT_EQ(small_float_value(f.format.largest, f.format), f.largest);
  }
}

TEST(SmallFloat, TooLargeIsSaturatedOrNot) {
  for (const Named& f : formats()) {
    SCOPED_TRACE(f.name);
    for (float value : {2 * f.largest, kInfinity}) {
      EXPECT_EQ(small_float_value(small_float_bits(value, f.format, true), f.format), f.largest);
      EXPECT_EQ(small_float_value(small_float_bits(-value, f.format, true), f.format), -f.largest);
      const float wild = small_float_value(small_float_bits(value, f.format, false), f.format);
      if (f.format.infinity)
        EXPECT_EQ(wild, kInfinity);
      else if (f.format.nan)
        EXPECT_TRUE(std::isnan(wild));
      else
        EXPECT_EQ(wild, f.largest);
    }
  }
}

TEST(SmallFloat, CodesOfTheTables) {
  EXPECT_EQ(small_float_bits(1.0f, kFloat8e4m3fn, true), 0x38);
  EXPECT_EQ(small_float_bits(-1.0f, kFloat8e4m3fnuz, true), 0xC0);
  EXPECT_EQ(small_float_bits(1.0f, kFloat8e5m2, true), 0x3C);
  EXPECT_EQ(small_float_bits(1.0f, kFloat8e5m2fnuz, true), 0x40);
  EXPECT_EQ(small_float_bits(-6.0f, kFloat4e2m1, true), 0x0F);
  EXPECT_EQ(small_float_bits(-0.0f, kFloat8e4m3fn, true), 0x80);
  EXPECT_EQ(small_float_bits(-0.0f, kFloat8e5m2fnuz, true), 0x00);
  EXPECT_EQ(small_float_bits(__builtin_nanf(""), kFloat8e4m3fnuz, true), 0x80);
  EXPECT_EQ(small_float_bits(__builtin_nanf(""), kFloat8e4m3fn, true), 0x7F);
}

TEST(SmallFloat, PowersOfTwo) {
  using enum E8m0Rounding;
  for (int code = 0; code < 255; ++code)
    for (E8m0Rounding rounding : {kUp, kDown, kNearest})
      EXPECT_EQ(e8m0_bits(e8m0_value(static_cast<uint8_t>(code)), true, rounding), code);
  EXPECT_EQ(e8m0_value(127), 1.0f);
  EXPECT_TRUE(std::isnan(e8m0_value(255)));
  EXPECT_EQ(e8m0_bits(1.25f, true, kUp), 128);
  EXPECT_EQ(e8m0_bits(1.25f, true, kDown), 127);
  EXPECT_EQ(e8m0_bits(1.25f, true, kNearest), 127);
  EXPECT_EQ(e8m0_bits(1.5f, true, kNearest), 128);
  EXPECT_EQ(e8m0_bits(0.0f, true, kUp), 0);
  EXPECT_EQ(e8m0_bits(0.0f, false, kNearest), 255);
  EXPECT_EQ(e8m0_bits(0x1.8p127f, true, kUp), 254);
  EXPECT_EQ(e8m0_bits(0x1.8p127f, false, kUp), 255);
  EXPECT_EQ(e8m0_bits(0x1.4p-127f, true, kUp), 1);
  EXPECT_EQ(e8m0_bits(0x1.4p-127f, true, kNearest), 0);
}

}  // namespace
}  // namespace inlay
