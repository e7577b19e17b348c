#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include "base/slab.h"

namespace inlay {
namespace {

TEST(MemoryBudget, RefusesWhatGoesBeyond) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.take(60).ok());
  const Status refused = budget.take(41);
  EXPECT_EQ(refused.code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(refused.message(), "the memory limit is 100 bytes: 60 are in use, 41 more are needed");
  EXPECT_FALSE(budget.take(UINT64_MAX).ok());
  EXPECT_EQ(budget.used(), 60u);
  budget.give(60);
  EXPECT_TRUE(budget.take(100).ok());
}

TEST(MemoryBudget, BlocksCountWhileTheyLive) {
  const auto budget = std::make_shared<MemoryBudget>(1000);
  {
    auto first = Block::allocate(600, budget);
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(Block::allocate(401, budget).ok());
    Block moved = std::move(first).value();
    EXPECT_EQ(budget->used(), 600u);
  }
  EXPECT_EQ(budget->used(), 0u);
  EXPECT_TRUE(Block::allocate(1000, budget).ok());
}

TEST(MemoryBudget, IdleSlabsGiveWay) {
  const auto budget = std::make_shared<MemoryBudget>(4096);
  SlabPool slabs(budget);
  { ASSERT_TRUE(slabs.lease(2048).ok()); }
  EXPECT_EQ(budget->used(), 2048u);  // kept
  EXPECT_TRUE(slabs.lease(4096).ok());
  EXPECT_FALSE(slabs.lease(5000).ok());
}

}  // namespace
}  // namespace inlay
