#include "ops/row_offsets.h"

#include <gtest/gtest.h>

#include <vector>

namespace inlay::ops {
namespace {

Result<RowOffsets> read(const std::vector<int64_t>& offsets, int64_t tokens) {
  return RowOffsets::read(offsets.data(), static_cast<int64_t>(offsets.size()) - 1, tokens);
}

TEST(RowOffsets, PlacesBeginAnewInEachRow) {
  const std::vector<int64_t> offsets = {0, 3, 3, 5};
  const auto rows = read(offsets, 5);
  ASSERT_TRUE(rows.ok()) << rows.message();
  EXPECT_EQ(rows->rows(), 3);
  EXPECT_EQ(rows->longest(), 3);
  EXPECT_EQ(rows->begin(2), 3);
  EXPECT_EQ(rows->length(1), 0);
  std::vector<int32_t> places(5);
  rows->fill_places(2, places.data());
  EXPECT_EQ(places, (std::vector<int32_t>{2, 3, 4, 2, 3}));
}

TEST(RowOffsets, NoRowsHoldNoTokens) {
  const std::vector<int64_t> none = {0};
  const auto rows = read(none, 0);
  ASSERT_TRUE(rows.ok()) << rows.message();
  EXPECT_EQ(rows->longest(), 0);
  EXPECT_EQ(read(none, 1).message(), "row_offsets: expected to end at 1, found 0");
}

TEST(RowOffsets, MustCoverTheTokensInOrder) {
  const std::vector<std::vector<int64_t>> bad = {{1, 4}, {0, 3, 2, 4}, {0, 5}, {-1, 4}, {0, 2, 3}};
  for (const auto& offsets : bad) EXPECT_FALSE(read(offsets, 4).ok()) << offsets[1];
  EXPECT_EQ(read({0, 3, 2, 4}, 4).message(),
            "row_offsets: expected ascending offsets up to 4, found 3 and 2 at row 1");
}

}  // namespace
}  // namespace inlay::ops
