// Tasks over threads where each thread keeps something of its own, such as scratch memory.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/thread_pool.h"

namespace inlay::ops {

// a / b rounded up, 0 for a < 0; b > 0.
constexpr int64_t divide_up(int64_t a, int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// How many threads can be busy with `tasks` tasks.
inline int64_t lane_count(const ThreadPool& pool, int64_t tasks) {
  return std::clamp<int64_t>(tasks, 1, pool.threads());
}

// Runs body(lane, task) for every task in [0, tasks); tasks of one lane run one after the other.
template <class Body>
void for_each_in_lanes(ThreadPool& pool, int64_t tasks, int64_t lanes, Body&& body) {
  std::atomic<int64_t> next{0};
  pool.parallel_for(lanes, [&](int64_t lane) {
    for (int64_t task = next.fetch_add(1, std::memory_order_relaxed); task < tasks;
         task = next.fetch_add(1, std::memory_order_relaxed))
      body(lane, task);
  });
}

// Runs body(begin, end) over [0, count) cut into pieces of at least `grain`.
template <class Body>
void for_each_range(ThreadPool& pool, int64_t count, int64_t grain, Body&& body) {
  const int64_t pieces =
      std::clamp<int64_t>(count / std::max<int64_t>(1, grain), 1, int64_t{4} * pool.threads());
  pool.parallel_for(pieces, [&](int64_t i) { body(count * i / pieces, count * (i + 1) / pieces); });
}

}  // namespace inlay::ops
