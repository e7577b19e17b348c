// One job at a time, published through one atomic word.
//
// `state` holds three flags and the number of workers inside the job. The caller that owns the pool
// (busy) writes the job, sets kOpen and takes part. A worker enters by raising the count while
// kOpen is set, takes tickets until there are none, then closes the job and leaves. The caller
// closes it too and returns when the count is 0. So:
//  - a worker that is late cannot enter, and nobody waits for it to wake;
//  - no worker reads `job` or `next` outside of enter and leave, and the caller writes them only
//  when
//    nobody is inside;
//  - all that workers wrote happens before their leave (release), which the caller acquires.
//
// Falling asleep: a worker counts itself as a sleeper before it looks at state for the last time,
// the caller sets kOpen before it looks at the sleepers; one of the two sees the other (both
// sequentially consistent), and the mutex closes the gap between that look and the wait.
#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/pause.h"
#include "base/system.h"

namespace inlay {
namespace {

constexpr int kMaxThreads = 1024;
constexpr uint32_t kOpen = 1u << 31;    // a job that workers may enter
constexpr uint32_t kWaiter = 1u << 30;  // the caller sleeps until the last worker leaves
constexpr uint32_t kStop = 1u << 29;    // the pool ends
constexpr uint32_t kInside = 0xffff;    // the number of workers inside the job
constexpr size_t kCacheLine = 64;

// True when `done` came true within 50 µs; looks at the clock only now and then.
template <class Done>
bool spin_until(Done&& done) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTriesPerLook = 16;
  Clock::time_point end = {};
  for (;;) {
    for (int i = 0; i < kTriesPerLook; ++i) {
      if (done()) return true;
      pause_briefly();
    }
    const Clock::time_point now = Clock::now();
    if (end == Clock::time_point()) end = now + std::chrono::microseconds(50);
    if (now >= end) return false;
  }
}

}  // namespace

struct ThreadPool::Shared {
  struct Job {
    TaskFn task = nullptr;
    void* context = nullptr;
    int64_t count = 0;
  };

  alignas(kCacheLine) std::atomic<uint32_t> state = 0;
  alignas(kCacheLine) std::atomic<int64_t> next = 0;  // the ticket: the task to hand out next
  alignas(kCacheLine) Job job;
  std::atomic<bool> busy = false;  // a caller owns the pool
  std::atomic<int> regions = 0;
  std::atomic<bool> shared_work = true;  // since the last time that a region began
  std::atomic<int> sleepers = 0;
  std::mutex mutex;
  std::condition_variable wake;  // for workers
  std::condition_variable left;  // for the caller
  uint32_t rouses = 0;           // guarded by mutex: regions begun
  std::vector<std::thread> workers;

  void run(const Job& one);
  void take_tickets();
  void wake_for(int64_t tasks);
  void wait_for_workers();

  void work();
  uint32_t await_job();
  bool enter();
  void leave();
  void rouse();
  void stop();
};

void ThreadPool::Shared::run(const Job& one) {
  job = one;
  next.store(0, std::memory_order_relaxed);
  state.store(kOpen);
  wake_for(one.count - 1);
  take_tickets();
  wait_for_workers();
}

void ThreadPool::Shared::take_tickets() {
  const Job mine = job;
  for (;;) {
    const int64_t ticket = next.fetch_add(1, std::memory_order_relaxed);
    if (ticket >= mine.count) return;
    mine.task(mine.context, ticket);
  }
}

// Wakes as many sleepers as `tasks` need beyond the workers that are awake anyway.
void ThreadPool::Shared::wake_for(int64_t tasks) {
  const int asleep = sleepers.load();
  if (asleep == 0) return;
  const int all = static_cast<int>(workers.size());
  const int wanted = static_cast<int>(std::min<int64_t>(tasks, all)) - (all - asleep);
  if (wanted <= 0) return;
  mutex.lock();
  mutex.unlock();
  for (int i = 0; i < wanted; ++i) wake.notify_one();
}

void ThreadPool::Shared::wait_for_workers() {
  const auto alone = [&] { return (state.load(std::memory_order_acquire) & kInside) == 0; };
  state.fetch_and(~kOpen, std::memory_order_acq_rel);
  if (alone() || spin_until(alone)) return;
  std::unique_lock lock(mutex);
  state.fetch_or(kWaiter, std::memory_order_acq_rel);
  left.wait(lock, alone);
  state.fetch_and(~kWaiter, std::memory_order_relaxed);
}

void ThreadPool::Shared::work() {
  system::block_signals_in_this_thread();
  for (;;) {
    if (await_job() & kStop) return;
    if (!enter()) continue;
    take_tickets();
    leave();
  }
}

// Returns when there may be a job or the pool ends.
uint32_t ThreadPool::Shared::await_job() {
  const auto called = [&] { return (state.load() & (kOpen | kStop)) != 0; };
  const auto in_region = [&] { return regions.load(std::memory_order_relaxed) > 0; };
  if (in_region() && spin_until([&] { return called() || !in_region(); }) && called()) {
    return state.load();
  }
  std::unique_lock lock(mutex);
  const uint32_t before = rouses;
  sleepers.fetch_add(1);
  wake.wait(lock, [&] { return called() || rouses != before; });
  sleepers.fetch_sub(1);
  return state.load();
}

bool ThreadPool::Shared::enter() {
  uint32_t now = state.load(std::memory_order_relaxed);
  while (now & kOpen) {
    if (state.compare_exchange_weak(now, now + 1, std::memory_order_acquire)) return true;
  }
  return false;
}

// Requires that no ticket is left: the job closes, so that nobody enters in vain.
void ThreadPool::Shared::leave() {
  uint32_t now = state.load(std::memory_order_relaxed);
  while (!state.compare_exchange_weak(now, (now & ~kOpen) - 1, std::memory_order_acq_rel)) {
  }
  if ((now & ~kOpen) != (kWaiter | 1)) return;
  mutex.lock();
  mutex.unlock();
  left.notify_one();
}

void ThreadPool::Shared::rouse() {
  if (sleepers.load() == 0) return;
  {
    const std::lock_guard lock(mutex);
    ++rouses;
  }
  wake.notify_all();
}

void ThreadPool::Shared::stop() {
  {
    const std::lock_guard lock(mutex);
    state.fetch_or(kStop);
  }
  wake.notify_all();
  for (std::thread& worker : workers) worker.join();
}

ThreadPool::ThreadPool(int threads) {
  const int wanted = std::clamp(threads, 1, kMaxThreads) - 1;
  if (wanted == 0) return;
  shared_ = std::make_unique<Shared>();
  Shared& shared = *shared_;
  shared.workers.reserve(static_cast<size_t>(wanted));
  try {
    for (int i = 0; i < wanted; ++i) shared.workers.emplace_back([&shared] { shared.work(); });
  } catch (...) {
    // The system gives no more threads: those that there are will do.
  }
  threads_ = static_cast<int>(shared.workers.size()) + 1;
}

ThreadPool::~ThreadPool() {
  if (shared_) shared_->stop();
}

void ThreadPool::run(int64_t count, TaskFn task, void* context) {
  Shared* shared = shared_.get();
  const bool alone = count <= 1 || threads_ == 1 || shared->busy.load(std::memory_order_relaxed) ||
                     shared->busy.exchange(true, std::memory_order_acquire);
  if (alone) {
    for (int64_t i = 0; i < count; ++i) task(context, i);
    return;
  }
  shared->shared_work.store(true, std::memory_order_relaxed);
  shared->run({task, context, count});
  shared->busy.store(false, std::memory_order_release);
}

ThreadPool::Region::Region(ThreadPool& pool) : pool_(pool) {
  if (!pool_.shared_) return;
  if (pool_.shared_->regions.fetch_add(1) != 0) return;
  // Runs that are too small to share leave the workers asleep: waking them takes longer.
  if (pool_.shared_->shared_work.exchange(false, std::memory_order_relaxed)) pool_.shared_->rouse();
}

ThreadPool::Region::~Region() {
  if (pool_.shared_) pool_.shared_->regions.fetch_sub(1);
}

}  // namespace inlay
