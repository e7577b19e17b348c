#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace inlay {
namespace {

// Not atomic on purpose: tsan sees it when two threads get one ticket, or parallel_for returns
// early.
void expect_each_once(ThreadPool& pool, int64_t count) {
  std::vector<int> runs(static_cast<size_t>(std::max<int64_t>(count, 0)));
  pool.parallel_for(count, [&](int64_t i) { ++runs[static_cast<size_t>(i)]; });
  for (const int n : runs) ASSERT_EQ(n, 1);
}

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (const int threads : {-1, 0, 1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), std::max(threads, 1));
    for (const int64_t count : {-1, 0, 1, 2, 3, 7, 64, 1000}) expect_each_once(pool, count);
  }
}

TEST(ThreadPool, ManyShortJobsWithAndWithoutRegion) {
  ThreadPool pool(4);
  for (int i = 0; i < 2000; ++i) expect_each_once(pool, 1 + i % 9);
  for (int round = 0; round < 20; ++round) {
    const ThreadPool::Region region(pool);
    for (int i = 0; i < 200; ++i) expect_each_once(pool, 1 + i % 9);
  }
}

TEST(ThreadPool, WorkersTakePart) {
  ThreadPool pool(2);
  std::atomic<int> arrived = 0;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<std::thread::id> ids(2);
  pool.parallel_for(2, [&](int64_t i) {  // ends only when two threads are in it
    ids[static_cast<size_t>(i)] = std::this_thread::get_id();
    ++arrived;
    while (arrived < 2 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  });
  EXPECT_NE(ids[0], ids[1]);
}

TEST(ThreadPool, OneThreadRunsInOrderInTheCaller) {
  ThreadPool pool(1);
  std::vector<int64_t> order;
  pool.parallel_for(5, [&](int64_t i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

TEST(ThreadPool, NestedCallsRunInTheirTasksThread) {
  ThreadPool pool(3);
  std::atomic<int> wrong = 0;
  std::vector<int> sums(16);
  pool.parallel_for(16, [&](int64_t i) {
    const auto outer = std::this_thread::get_id();
    pool.parallel_for(10, [&](int64_t j) {
      if (std::this_thread::get_id() != outer) ++wrong;
      sums[static_cast<size_t>(i)] += static_cast<int>(j);
    });
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), 0), 16 * 45);
}

TEST(ThreadPool, SecondCallerRunsAloneWhileTheFirstIsBusy) {
  ThreadPool pool(2);
  std::atomic<bool> inside = false, finished = false;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::thread first([&] {
    pool.parallel_for(2, [&](int64_t) {
      inside = true;
      while (!finished && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    });
  });
  while (!inside) std::this_thread::yield();
  std::set<std::thread::id> ids;
  pool.parallel_for(100, [&](int64_t) { ids.insert(std::this_thread::get_id()); });
  finished = true;
  first.join();
  EXPECT_EQ(ids, std::set{std::this_thread::get_id()});
}

TEST(ThreadPool, ManyCallersAtOnce) {
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        const ThreadPool::Region region(pool);
        expect_each_once(pool, 1 + i % 5);
        expect_each_once(pool, 3);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST(ThreadPool, CallerWaitsForALongTaskOfAWorker) {
  ThreadPool pool(2);
  std::vector<int> done(2);
  for (int round = 0; round < 5; ++round) {
    std::fill(done.begin(), done.end(), 0);
    pool.parallel_for(2, [&](int64_t i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(i == 0 ? 1 : 5));
      done[static_cast<size_t>(i)] = 1;
    });
    EXPECT_EQ(done, (std::vector<int>{1, 1}));
  }
}

TEST(ThreadPool, BeginsAndEndsQuickly) {
  for (int i = 0; i < 50; ++i) {
    ThreadPool pool(4);
    if (i % 3 == 1) expect_each_once(pool, 8);
    if (i % 3 == 2) const ThreadPool::Region region(pool);
  }
}

TEST(ThreadPool, SleepsBetweenRuns) {
  ThreadPool pool(4);
  expect_each_once(pool, 100);
  const std::clock_t before = std::clock();  // CPU time of all threads
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  {
    const ThreadPool::Region region(pool);  // spins for 50 µs at most
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const double used_s = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(used_s, 0.05);
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// In a child process: a limit on address space that leaves no room for the stacks of workers.
TEST(ThreadPoolDeathTest, FewerWorkersWhenTheSystemRefuses) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto starve = [] {
    const rlimit limit = {size_t{64} << 20, size_t{64} << 20};
    setrlimit(RLIMIT_AS, &limit);
    ThreadPool pool(64);
    std::atomic<int64_t> sum = 0;
    pool.parallel_for(100, [&](int64_t i) { sum += i; });
    _exit(pool.threads() < 64 && sum == 4950 ? 0 : 1);
  };
  EXPECT_EXIT(starve(), testing::ExitedWithCode(0), "");
}
#endif

}  // namespace
}  // namespace inlay
