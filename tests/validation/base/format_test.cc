#include "base/format.h"

#include <gtest/gtest.h>

namespace inlay {
namespace {

TEST(Format, PutsArgumentsInOrder) {
  EXPECT_EQ(format("{} of {}", 3, std::string("four")), "3 of four");
  EXPECT_EQ(format("{{}} {}", 0.5), "{} 0.5");
  EXPECT_EQ(format("{} {}", 1), "1 {}");
}

TEST(Format, QuoteKeepsOneLineAndValidUtf8) {
  EXPECT_EQ(quote("a\nb"), "\"a\\x0ab\"");
  EXPECT_EQ(quote("\xff"), "\"\\xff\"");
  EXPECT_EQ(quote("schön"), "\"schön\"");
  EXPECT_EQ(quote("abcdef", 3), "\"abc…\"");
}

}  // namespace
}  // namespace inlay
