#include "text/pieces.h"

#include <gtest/gtest.h>

namespace inlay::text {
namespace {

std::vector<std::string> split(std::string_view text, SplitBehavior behavior) {
  PieceList pieces;
  pieces.add(NormalizedText(text));
  EXPECT_TRUE(pieces.split_characters(behavior, [](char32_t c) { return c == U'-'; }).ok());
  std::vector<std::string> out;
  for (const Piece& piece : pieces.pieces()) out.emplace_back(pieces.text(piece));
  return out;
}

using Words = std::vector<std::string>;

// The example of Hugging Face's documentation, with a dash at each end.
TEST(PieceList, SplitBehaviors) {
  const std::string_view text = "-the-final--countdown-";
  EXPECT_EQ(split(text, SplitBehavior::kRemoved), (Words{"the", "final", "countdown"}));
  EXPECT_EQ(split(text, SplitBehavior::kIsolated),
            (Words{"-", "the", "-", "final", "-", "-", "countdown", "-"}));
  EXPECT_EQ(split(text, SplitBehavior::kMergedWithPrevious),
            (Words{"-", "the-", "final-", "-", "countdown-"}));
  EXPECT_EQ(split(text, SplitBehavior::kMergedWithNext),
            (Words{"-the", "-final", "-", "-countdown", "-"}));
  EXPECT_EQ(split(text, SplitBehavior::kContiguous),
            (Words{"-", "the", "-", "final", "--", "countdown", "-"}));
}

TEST(PieceList, LeavesAddedTokensWhole) {
  PieceList pieces;
  pieces.add(NormalizedText("a-b"), 7);
  pieces.add(NormalizedText(""), 8);
  EXPECT_TRUE(
      pieces.split_characters(SplitBehavior::kIsolated, [](char32_t c) { return c == U'-'; }).ok());
  ASSERT_EQ(pieces.pieces().size(), 1u);
  EXPECT_EQ(pieces.pieces()[0].token, 7u);
}

TEST(NormalizedText, OriginsFollowChanges) {
  NormalizedText text("a\u00e9\u200dz", 10);  // a, é, a joiner, z
  text.normalize(unicode::Form::kNfd);
  text.filter([](char32_t c) { return c != 0x301 && c != 0x200D; });
  ASSERT_EQ(text.text(), "aez");
  EXPECT_EQ(text.origin(0, 1), (Offset{10, 11}));
  EXPECT_EQ(text.origin(1, 2), (Offset{11, 13}));
  EXPECT_EQ(text.origin(2, 3), (Offset{16, 17}));
}

TEST(NormalizedText, InsertedCharactersStandForTheOneBefore) {
  NormalizedText text("x\u4e00");
  const unicode::Mapped changed[] = {{U'x', 0}, {U' ', 0}, {0x4E00, 1}, {U' ', 1}};
  text.transform(changed);
  EXPECT_EQ(text.text(), "x \u4e00 ");
  EXPECT_EQ(text.origin(1, 6), (Offset{1, 4}));
}

TEST(NormalizedText, RemovedFirstCharactersAreSkipped) {
  NormalizedText text("\u0001\u0002ab");
  text.filter([](char32_t c) { return c >= U'a'; });
  EXPECT_EQ(text.text(), "ab");
  EXPECT_EQ(text.origin(0, 1), (Offset{2, 3}));
  text.filter([](char32_t) { return false; });
  EXPECT_EQ(text.size(), 0u);
}

TEST(NormalizedText, LowercaseMayGrow) {
  NormalizedText text("\u0130X");
  text.lowercase();
  EXPECT_EQ(text.text(), "i\u0307x");
  EXPECT_EQ(text.origin(0, 3), (Offset{0, 2}));
  EXPECT_EQ(text.origin(3, 4), (Offset{2, 3}));
}

}  // namespace
}  // namespace inlay::text
