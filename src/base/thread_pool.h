// A pool of threads that a handle owns; one pool may serve many sessions.
//
//   ThreadPool pool(2);                       // the caller and one worker
//   pool.parallel_for(tasks, [&](int64_t i) { work(i); });
//
// Invariants:
//  1. The caller takes part, so a pool of n threads starts n-1 workers, and a pool of 1 starts
//  none.
//  2. Tasks are handed out one by one in order; which thread runs which is not defined, so tasks
//  must
//     not share results. Results must not depend on the number of threads.
//  3. A second caller that finds the workers busy runs its tasks alone: nobody waits for another's
//  run.
//  4. Between runs workers sleep. Inside a `Region` they spin for at most 50 µs before they sleep.
//  5. parallel_for from inside a task runs in that task's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace inlay {

class ThreadPool {
 public:
  // Starts threads - 1 workers; fewer when the system refuses. threads >= 1.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }

  // Runs body(i) for i in [0, count), returns when all are done. body must not throw.
  template <class Body>
  void parallel_for(int64_t count, Body&& body) {
    using Fn = std::remove_reference_t<Body>;
    run(
        count, [](void* context, int64_t i) { (*static_cast<Fn*>(context))(i); },
        const_cast<void*>(static_cast<const void*>(&body)));
  }

  // While a Region is alive in the thread that calls parallel_for, workers stay ready by spinning
  // briefly.
  class Region {
   public:
    explicit Region(ThreadPool& pool);
    ~Region();
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;

   private:
    ThreadPool& pool_;
  };

 private:
  using TaskFn = void (*)(void* context, int64_t index);
  void run(int64_t count, TaskFn task, void* context);
  struct Shared;
  std::unique_ptr<Shared> shared_;
  int threads_ = 1;
};

}  // namespace inlay
