#include "base/slab.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace inlay {
namespace {

Slab lease(SlabPool& pool, size_t size) {
  auto slab = pool.lease(size);
  EXPECT_TRUE(slab.ok()) << slab.message();
  EXPECT_GE(slab->size(), size);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(slab->data()) % Block::kAlignment, 0u);
  return std::move(slab).value();
}

TEST(Slab, IsUsedAgain) {
  SlabPool pool;
  const std::byte* first = lease(pool, 10'000).data();
  EXPECT_GE(pool.kept_bytes(), 10'000u);
  const Slab again = lease(pool, 9'000);
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(pool.kept_bytes(), 0u);
}

TEST(Slab, SmallestThatFitsIsTaken) {
  SlabPool pool;
  const std::byte *small, *large;
  {
    const Slab a = lease(pool, 100'000), b = lease(pool, 1'000), c = lease(pool, 10'000);
    large = a.data();
    small = c.data();
  }
  EXPECT_EQ(lease(pool, 5'000).data(), small);
  EXPECT_EQ(lease(pool, 50'000).data(), large);
}

TEST(Slab, ACloseFitLeavesLargeBlocksAlone) {
  SlabPool pool;
  { const auto large = pool.lease(1 << 20); }
  const auto close = pool.lease(1 << 10, SlabPool::Fit::kClose);
  ASSERT_TRUE(close.ok());
  EXPECT_LT(close->size(), size_t{1} << 12);
  EXPECT_EQ(pool.kept_bytes(), size_t{1} << 20);
  const auto half = pool.lease(600 << 10, SlabPool::Fit::kClose);
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(half->size(), size_t{1} << 20);
}

TEST(Slab, LeasesDoNotOverlap) {
  SlabPool pool;
  std::vector<Slab> slabs;
  for (int i = 0; i < 10; ++i) {
    slabs.push_back(lease(pool, 1000));
    std::memset(slabs.back().data(), i, slabs.back().size());
  }
  for (int i = 0; i < 10; ++i) {
    for (const std::byte byte : slabs[static_cast<size_t>(i)].bytes())
      EXPECT_EQ(byte, std::byte(i));
  }
}

TEST(Slab, AtMostFourAreKept) {
  SlabPool pool;
  {
    std::vector<Slab> slabs;
    for (int i = 0; i < 10; ++i) slabs.push_back(lease(pool, 1024));
  }
  EXPECT_EQ(pool.kept_bytes(), 4 * 1024u);
  pool.trim();
  EXPECT_EQ(pool.kept_bytes(), 0u);
}

TEST(Slab, ShrinksAgainAfterALargeRun) {
  SlabPool pool;
  lease(pool, 50 << 20);
  for (uint64_t i = 0; i < SlabPool::kIdleLeases; ++i) lease(pool, 1000);
  EXPECT_GE(pool.kept_bytes(), size_t{50} << 20)
      << "the large block serves small leases for a while";
  for (int i = 0; i < 2; ++i) lease(pool, 1000);
  EXPECT_LE(pool.kept_bytes(), 2000u);
}

TEST(Slab, ShrinksBesideSmallBlocks) {
  SlabPool pool;
  { const Slab large = lease(pool, 50 << 20), small = lease(pool, 1000); }
  for (uint64_t i = 0; i < SlabPool::kIdleLeases + 2; ++i) lease(pool, 1000);
  EXPECT_LE(pool.kept_bytes(), 2000u);
}

TEST(Slab, KeepsWhatIsNeededNowAndThen) {
  SlabPool pool;
  const std::byte* large = lease(pool, 1 << 20).data();
  for (int i = 0; i < 1000; ++i) {
    const Slab slab = lease(pool, i % 50 == 0 ? 1 << 20 : 1000);
    EXPECT_EQ(slab.data(), large);
  }
}

TEST(Slab, SizesThatCreepUpAllocateSeldom) {
  SlabPool pool;
  int changes = 0;
  const std::byte* last = nullptr;
  for (size_t size = 1 << 20; size < 2 << 20; size += 1000) {
    const Slab slab = lease(pool, size);
    changes += slab.data() != last;
    last = slab.data();
  }
  EXPECT_LE(changes, 20);
}

TEST(Slab, MovesAndOutlivesItsPool) {
  Slab slab;
  {
    SlabPool pool;
    slab = lease(pool, 100);
    Slab other = lease(pool, 200);
    slab = std::move(other);
    EXPECT_GE(pool.kept_bytes(), 100u);
    EXPECT_EQ(other.data(), nullptr);
  }
  std::memset(slab.data(), 1, slab.size());
  EXPECT_GE(slab.size(), 200u);
}

TEST(Slab, EmptyAndImpossibleSizes) {
  SlabPool pool;
  EXPECT_NE(lease(pool, 0).data(), nullptr);
  lease(pool, 1000);
  for (const size_t size : {SIZE_MAX, SIZE_MAX / 4 - 64}) {
    const auto slab = pool.lease(size);
    EXPECT_EQ(slab.code(), StatusCode::kOutOfMemory);
  }
  lease(pool, 1000);
}

TEST(Slab, ManyThreads) {
  SlabPool pool;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] {
      for (size_t i = 0; i < 500; ++i) {
        const Slab slab = lease(pool, 100 + i * 37 % 5000);
        std::memset(slab.data(), t, slab.size());
        for (size_t at = 0; at < slab.size(); at += 97) ASSERT_EQ(slab.data()[at], std::byte(t));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace inlay
