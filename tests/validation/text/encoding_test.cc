#include "text/encoding.h"

#include <gtest/gtest.h>

#include "columns.h"

namespace inlay::text {
namespace {

using Ids = std::vector<uint32_t>;

Encoding counted(uint32_t count, uint32_t first = 0) {
  Encoding e;
  for (uint32_t i = 0; i < count; ++i) {
    e.push(first + i, 0, static_cast<int32_t>(i), {i, i + 1});
  }
  return e;
}

Encoding without_offsets(Encoding e) {
  e.with_offsets = false;
  return e;
}

std::vector<Ids> ids_of(const std::vector<Encoding>& windows) {
  std::vector<Ids> out;
  for (const Encoding& e : windows) out.push_back(list(e.ids()));
  return out;
}

TEST(Truncate, LeavesWhatIsShortEnough) {
  Encoding e = counted(3);
  ASSERT_TRUE(truncate(e, 3, 0, Direction::kRight).ok());
  EXPECT_EQ(e.size(), 3u);
  EXPECT_FALSE(e.truncated);
  EXPECT_TRUE(e.overflowing.empty());
}

TEST(Truncate, MakesWindowsThatOverlap) {
  Encoding e = counted(7);
  ASSERT_TRUE(truncate(e, 4, 2, Direction::kRight).ok());
  EXPECT_TRUE(e.truncated);
  EXPECT_EQ(list(e.ids()), (Ids{0, 1, 2, 3}));
  EXPECT_EQ(ids_of(e.overflowing), (std::vector<Ids>{{2, 3, 4, 5}, {4, 5, 6}}));
  EXPECT_EQ(e.overflowing[1].offsets().front(), (Offset{4, 5}));
}

TEST(Truncate, CutsTheLeftSide) {
  Encoding e = counted(7);
  ASSERT_TRUE(truncate(e, 3, 0, Direction::kLeft).ok());
  EXPECT_EQ(list(e.ids()), (Ids{4, 5, 6}));
  EXPECT_EQ(ids_of(e.overflowing), (std::vector<Ids>{{1, 2, 3}, {0}}));
}

TEST(Truncate, ToNothingMovesEverything) {
  Encoding e = counted(2);
  ASSERT_TRUE(truncate(e, 0, 5, Direction::kRight).ok());
  EXPECT_EQ(e.size(), 0u);
  EXPECT_EQ(ids_of(e.overflowing), (std::vector<Ids>{{0, 1}}));
}

TEST(Truncate, RefusesAStrideThatNeverEnds) {
  Encoding e = counted(5);
  EXPECT_EQ(truncate(e, 3, 3, Direction::kRight).code(), StatusCode::kInvalidArgument);
}

TEST(Truncate, RefusesWindowsWithoutBound) {
  Encoding e = counted(200000);
  const Status status = truncate(e, 100000, 99999, Direction::kRight);
  EXPECT_EQ(status.code(), StatusCode::kOutOfMemory);
}

TEST(TruncatePair, LongestFirstSharesTheRoom) {
  const auto lengths = [](uint32_t n1, uint32_t n2, size_t max_length) {
    Encoding a = counted(n1), b = counted(n2);
    EXPECT_TRUE(truncate(a, &b, max_length, Truncation()).ok());
    return std::pair(a.size(), b.size());
  };
  EXPECT_EQ(lengths(3, 4, 7), std::pair(size_t{3}, size_t{4}));
  EXPECT_EQ(lengths(2, 9, 7), std::pair(size_t{2}, size_t{5}));
  EXPECT_EQ(lengths(9, 2, 7), std::pair(size_t{5}, size_t{2}));
  EXPECT_EQ(lengths(9, 9, 7), std::pair(size_t{3}, size_t{4}));
  EXPECT_EQ(lengths(10, 9, 7), std::pair(size_t{4}, size_t{3}));
}

TEST(TruncatePair, OneSideHasItsLimits) {
  Truncation only_first{.strategy = Truncation::Strategy::kOnlyFirst};
  Encoding a = counted(5), b = counted(4);
  ASSERT_TRUE(truncate(a, &b, 7, only_first).ok());
  EXPECT_EQ(a.size(), 3u);
  a = counted(2);
  EXPECT_EQ(truncate(a, &b, 4, only_first).code(), StatusCode::kInvalidArgument);
  Truncation only_second{.strategy = Truncation::Strategy::kOnlySecond};
  EXPECT_EQ(truncate(a, nullptr, 1, only_second).code(), StatusCode::kInvalidArgument);
}

TEST(Append, CombinesWindowsWithEachOther) {
  Encoding a = counted(3), b = counted(3, 10);
  ASSERT_TRUE(truncate(a, 2, 0, Direction::kRight).ok());
  ASSERT_TRUE(truncate(b, 2, 0, Direction::kRight).ok());
  ASSERT_TRUE(append(a, b).ok());
  EXPECT_EQ(list(a.ids()), (Ids{0, 1, 10, 11}));
  EXPECT_EQ(ids_of(a.overflowing), (std::vector<Ids>{{2, 10, 11}, {2, 12}, {0, 1, 12}}));
  EXPECT_TRUE(a.truncated);
}

TEST(Append, KeepsOffsetsThatBothHave) {
  Encoding a = without_offsets(counted(2)), b = counted(2), c = counted(1);
  ASSERT_TRUE(append(c, b).ok());
  EXPECT_TRUE(c.with_offsets);
  EXPECT_EQ(c.offsets().back(), (Offset{1, 2}));
  ASSERT_TRUE(append(c, a).ok());
  EXPECT_EQ(c.size(), 5u);
  EXPECT_FALSE(c.with_offsets);
}

TEST(Append, WindowsOfARowWithoutTokensHaveNoOffsetsEither) {
  Encoding a = without_offsets(counted(3)), special;
  ASSERT_TRUE(truncate(a, 0, 0, Direction::kRight).ok());
  special.with_offsets = a.with_offsets;
  special.push_special(9, 0);
  ASSERT_TRUE(append(special, a).ok());
  const Encoding twin = special;
  ASSERT_TRUE(append(special, twin).ok());
  EXPECT_FALSE(special.with_offsets);
  ASSERT_EQ(special.overflowing.size(), 3u);
  for (const Encoding& part : special.overflowing) EXPECT_FALSE(part.with_offsets);
}

TEST(Pad, FillsEitherSide) {
  Encoding batch[] = {counted(2), counted(3)};
  ASSERT_TRUE(pad(batch, Padding{.multiple_of = 4, .direction = Direction::kLeft, .id = 9}).ok());
  EXPECT_EQ(list(batch[0].ids()), (Ids{9, 9, 0, 1}));
  EXPECT_EQ(list(batch[1].ids()), (Ids{9, 0, 1, 2}));
  EXPECT_EQ(list(batch[0].attention_mask()), (Ids{0, 0, 1, 1}));
  EXPECT_EQ(list(batch[0].special_tokens_mask()), (Ids{1, 1, 0, 0}));
  EXPECT_EQ(batch[0].word_ids()[0], kNoWord);
  EXPECT_EQ(batch[0].offsets()[0], Offset());
}

TEST(Pad, NeverShortens) {
  Encoding e = counted(3);
  ASSERT_TRUE(pad({&e, 1}, Padding{.length = 2}).ok());
  EXPECT_EQ(e.size(), 3u);
}

TEST(Pad, RefusesAbsurdLengths) {
  Encoding e = counted(3);
  EXPECT_EQ(pad({&e, 1}, Padding{.length = size_t{1} << 40}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(pad({&e, 1}, Padding{.multiple_of = SIZE_MAX}).code(), StatusCode::kInvalidArgument);
}

TEST(Pad, LeavesMissingOffsetsMissing) {
  Encoding e = without_offsets(counted(3));
  ASSERT_TRUE(pad({&e, 1}, Padding{.length = 5}).ok());
  EXPECT_FALSE(e.with_offsets);
}

}  // namespace
}  // namespace inlay::text
