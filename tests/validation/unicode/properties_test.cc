#include "unicode/properties.h"

#include <gtest/gtest.h>

#include "unicode/case.h"
#include "unicode/normalization.h"

namespace inlay::unicode {
namespace {

TEST(Properties, AsciiIsWhatItLooksLike) {
  for (const char c : std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")) {
    EXPECT_TRUE(has_property(static_cast<char32_t>(c), kPunctuation)) << c;
  }
  for (const char c : std::string_view("azAZ09 \t")) {
    EXPECT_FALSE(has_property(static_cast<char32_t>(c), kPunctuation)) << c;
  }
  EXPECT_EQ(properties(U'\t'), kOther | kWhiteSpace | kPlainStarter);
  EXPECT_EQ(properties(U' '), kWhiteSpace | kPlainStarter);
  EXPECT_EQ(properties(U'_'), kPunctuation | kWord | kPlainStarter);
  EXPECT_EQ(properties(U'a'), kWord | kPlainStarter);
  EXPECT_EQ(properties(U'A'), kWord | kPlainStarter | kHasLower);
}

// Models saw the answers of Unicode 8; newer punctuation and marks must not appear.
TEST(Properties, KeepTheVersionsThatModelsSaw) {
  EXPECT_FALSE(has_property(0x2E43, kPunctuation));
  EXPECT_FALSE(has_property(0x061D, kPunctuation));
  EXPECT_TRUE(has_property(0x166D, kPunctuation));
  EXPECT_FALSE(has_property(0x07FD, kNonspacingMark));
  EXPECT_TRUE(has_property(0x0301, kNonspacingMark));
  EXPECT_FALSE(has_property(0x0903, kNonspacingMark));
  EXPECT_TRUE(has_property(0x0903, kCombiningMark));
}

TEST(Properties, OtherLeavesUnassignedCodePointsAlone) {
  EXPECT_TRUE(has_property(0xE000, kOther));
  EXPECT_TRUE(has_property(0x200D, kOther));
  EXPECT_TRUE(has_property(0x10FFFD, kOther));
  EXPECT_FALSE(has_property(0x0378, kOther));
  EXPECT_EQ(properties(0x10FFFF), kPlainStarter);
}

TEST(Properties, AgreeWithTheTablesTheyShorten) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    char32_t parts[kMaxDecomposition];
    const bool plain = combining_class(c) == 0 && decompose(c, false, parts) == 1 && parts[0] == c;
    ASSERT_EQ(has_property(c, kPlainStarter), plain) << static_cast<uint32_t>(c);
    ASSERT_EQ(has_property(c, kHasLower), to_lower(c) != c) << static_cast<uint32_t>(c);
  }
}

TEST(Case, LowersOneCharacterAtATime) {
  EXPECT_EQ(to_lower(U'A'), U'a');
  EXPECT_EQ(to_lower(U'a'), U'a');
  EXPECT_EQ(to_lower(0x3A3), char32_t{0x3C3});
  EXPECT_EQ(to_lower(0x1E9E), char32_t{0xDF});
  EXPECT_EQ(to_lower(0x10400), char32_t{0x10428});
  EXPECT_EQ(to_lower(kDottedCapitalI), U'i');
  EXPECT_EQ(to_lower(0x4E00), char32_t{0x4E00});
  EXPECT_EQ(to_lower(0x10FFFF), char32_t{0x10FFFF});
}

}  // namespace
}  // namespace inlay::unicode
