#include "base/chains.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "base/pause.h"

namespace inlay {
namespace {

constexpr size_t kCacheLine = 64;

// Invariants:
//  1. A part's step s is claimed by whoever raises `next` from s to s + 1, and only once all parts of the chain
//     have done step s - 1, that is when `done` of the chain is at least s * parts.
//  2. Done parts are counted with release, and read with acquire before a claim: a step sees all that the steps
//     before it wrote, and nobody reads what a later step writes over.
struct alignas(kCacheLine) Counter {
  std::atomic<int64_t> value{0};
};

class Team {
 public:
  Team(const ChainShape& shape, const ChainWork& work)
      : shape_(shape),
        work_(work),
        next_(std::make_unique<Counter[]>(static_cast<size_t>(shape.chains * shape.parts))),
        done_(std::make_unique<Counter[]>(static_cast<size_t>(shape.chains))) {}

  // One thread's share; `first` is the part that it prefers, of all chains' parts end to end.
  void take_part(int64_t first) {
    const int64_t all = shape_.chains * shape_.parts;
    for (int64_t waits = 0; left_.load(std::memory_order_relaxed) > 0;) {
      if (work_.stopped(work_.context)) return;
      bool found = false;
      for (int64_t i = 0; i < all && !found; ++i) found = run_next((first + i) % all);
      waits = found ? 0 : waits + 1;
      if (!found) wait(waits);
    }
  }

 private:
  // Runs a part's next step if it may begin and nobody else has it.
  bool run_next(int64_t i) {
    const int64_t chain = i / shape_.parts;
    std::atomic<int64_t>& next = next_[static_cast<size_t>(i)].value;
    std::atomic<int64_t>& done = done_[static_cast<size_t>(chain)].value;
    int64_t step = next.load(std::memory_order_relaxed);
    if (step == shape_.steps) return false;
    if (done.load(std::memory_order_acquire) < step * shape_.parts) return false;
    if (!next.compare_exchange_strong(step, step + 1, std::memory_order_relaxed)) return false;
    work_.run(work_.context, chain, i % shape_.parts, step);
    const bool last =
        done.fetch_add(1, std::memory_order_acq_rel) + 1 == shape_.steps * shape_.parts;
    if (last) left_.fetch_sub(1, std::memory_order_relaxed);
    return true;
  }

  static void wait(int64_t waits) {
    constexpr int64_t kSpins = 1000;  // some tens of microseconds
    if (waits % kSpins == 0)
      std::this_thread::yield();
    else
      pause_briefly();
  }

  ChainShape shape_;
  ChainWork work_;
  std::unique_ptr<Counter[]> next_, done_;
  std::atomic<int64_t> left_{shape_.chains};
};

}  // namespace

void run_chain_work(ThreadPool& pool, const ChainShape& shape, int64_t threads,
                    const ChainWork& work) {
  const int64_t all = shape.chains * shape.parts;
  if (all == 0 || shape.steps == 0) return;
  const int64_t lanes = std::clamp<int64_t>(std::min<int64_t>(threads, all), 1, pool.threads());
  if (lanes == 1) {
    for (int64_t chain = 0; chain < shape.chains; ++chain)
      for (int64_t step = 0; step < shape.steps; ++step)
        for (int64_t part = 0; part < shape.parts; ++part) {
          if (work.stopped(work.context)) return;
          work.run(work.context, chain, part, step);
        }
    return;
  }
  Team team(shape, work);
  pool.parallel_for(lanes, [&](int64_t lane) { team.take_part(lane * all / lanes); });
}

}  // namespace inlay
