#include "text/token_columns.h"

#include <gtest/gtest.h>

#include "columns.h"

namespace inlay::text {
namespace {

TokenColumns counted(uint32_t count) {
  TokenColumns columns;
  for (uint32_t i = 0; i < count; ++i)
    columns.push(i, 10 + i, static_cast<int32_t>(20 + i), {30 + i, 40 + i});
  return columns;
}

using Ids = std::vector<uint32_t>;

TEST(TokenColumns, GrowWithAllTheirColumns) {
  const TokenColumns columns = counted(100);
  ASSERT_EQ(columns.size(), 100u);
  for (uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(columns.ids()[i], i);
    EXPECT_EQ(columns.type_ids()[i], 10 + i);
    EXPECT_EQ(columns.attention_mask()[i], 1u);
    EXPECT_EQ(columns.special_tokens_mask()[i], 0u);
    EXPECT_EQ(columns.word_ids()[i], static_cast<int32_t>(20 + i));
    EXPECT_EQ(columns.offsets()[i], (Offset{30 + i, 40 + i}));
  }
}

TEST(TokenColumns, SpecialTokensHaveNoWordAndNoPlace) {
  TokenColumns columns = counted(1);
  columns.push_special(7, 1);
  EXPECT_EQ(columns.word_ids()[1], kNoWord);
  EXPECT_EQ(columns.offsets()[1], Offset());
  EXPECT_EQ(list(columns.special_tokens_mask()), (Ids{0, 1}));
  EXPECT_EQ(list(columns.attention_mask()), (Ids{1, 1}));
}

TEST(TokenColumns, InsertMovesEveryColumn) {
  for (const size_t at : {0u, 2u, 3u}) {
    TokenColumns columns = counted(3);
    columns.insert(at, 2);
    ASSERT_EQ(columns.size(), 5u);
    for (size_t i = 0; i < 3; ++i) {
      const size_t now = i < at ? i : i + 2;
      EXPECT_EQ(columns.ids()[now], i);
      EXPECT_EQ(columns.word_ids()[now], static_cast<int32_t>(20 + i));
      EXPECT_EQ(columns.offsets()[now].end, 40 + i);
    }
  }
}

TEST(TokenColumns, AppendTakesAPart) {
  TokenColumns columns = counted(2);
  columns.append(counted(5), 3, 5);
  columns.append(counted(5), 2, 2);
  EXPECT_EQ(list(columns.ids()), (Ids{0, 1, 3, 4}));
  EXPECT_EQ(columns.offsets()[3], (Offset{34, 44}));
}

TEST(TokenColumns, CopiesAreTheirOwn) {
  TokenColumns first = counted(3);
  TokenColumns second = first;
  second.ids()[0] = 9;
  EXPECT_EQ(first.ids()[0], 0u);
  EXPECT_FALSE(first == second);
  EXPECT_TRUE(TokenColumns(second) == second);
  EXPECT_FALSE(counted(2) == counted(3));
  first = std::move(second);
  EXPECT_EQ(list(first.ids()), (Ids{9, 1, 2}));
  const TokenColumns none = TokenColumns();
  first = none;
  EXPECT_TRUE(first.empty());
}

TEST(TokenColumns, MarkPlainLeavesWhatIsBefore) {
  TokenColumns columns;
  columns.push_special(7, 1);
  columns.resize(3);
  columns.mark_plain(1, 4);
  EXPECT_EQ(list(columns.type_ids()), (Ids{1, 4, 4}));
  EXPECT_EQ(list(columns.special_tokens_mask()), (Ids{1, 0, 0}));
  EXPECT_EQ(list(columns.attention_mask()), (Ids{1, 1, 1}));
}

}  // namespace
}  // namespace inlay::text
