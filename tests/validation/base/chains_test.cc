#include "base/chains.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace inlay {
namespace {

// Each part of a step reads what all parts of the step before it wrote; nothing is atomic on purpose.
TEST(Chains, AStepSeesAllOfTheOneBefore) {
  for (const int threads : {1, 2, 3, 5}) {
    ThreadPool pool(threads);
    const ChainShape shape{2, 3, 200};
    std::vector<int64_t> sums(2 * 2 * 3, 1);  // [chain][odd step][part]
    run_chains(
        pool, shape, threads, [] { return false; },
        [&](int64_t chain, int64_t part, int64_t step) {
          const int64_t* from = &sums[static_cast<size_t>((chain * 2 + step % 2) * 3)];
          int64_t* to = &sums[static_cast<size_t>((chain * 2 + (step + 1) % 2) * 3)];
          to[part] = (from[0] + 2 * from[1] + 3 * from[2] + part + chain) % 1000003;
        });
    static const std::vector<int64_t> alone = sums;
    EXPECT_EQ(sums, alone) << threads << " threads";
  }
}

TEST(Chains, NoStepsAreNoWork) {
  ThreadPool pool(2);
  for (const ChainShape shape : {ChainShape{2, 3, 0}, ChainShape{0, 3, 5}})
    run_chains(
        pool, shape, 2, [] { return false; },
        [](int64_t, int64_t, int64_t) { FAIL() << "a step that there is not"; });
}

TEST(Chains, StopInTheMiddle) {
  for (const int threads : {1, 3}) {
    ThreadPool pool(threads);
    std::atomic<int64_t> done = 0;
    run_chains(
        pool, {2, 2, 1000}, threads, [&] { return done.load() >= 50; },
        [&](int64_t, int64_t, int64_t) { ++done; });
    EXPECT_GE(done.load(), 50);
    EXPECT_LT(done.load(), 60);
  }
}

}  // namespace
}  // namespace inlay
