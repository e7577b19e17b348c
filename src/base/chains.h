// Chains of steps on the threads of a pool: within a chain, each step waits for the one before it.
//
//   run_chains(pool, {.chains = 2, .parts = 3, .steps = 100}, threads, stop,
//              [&](int64_t chain, int64_t part, int64_t step) { … });
//
// A step is cut into parts, which may run at once; chains do not wait for each other. A thread keeps to the same
// parts, whose data then stay in its cache, and takes others' only while it would have to wait: so all is done
// whether or not the pool's workers come. Waiting costs no system call; threads that wait for long give way to
// others. Which thread runs what is not defined.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/thread_pool.h"

namespace inlay {

struct ChainShape {
  int64_t chains, parts, steps;
};

// By a context and functions; see run_chains.
struct ChainWork {
  void (*run)(const void* context, int64_t chain, int64_t part, int64_t step);
  bool (*stopped)(const void* context);
  const void* context;
};
void run_chain_work(ThreadPool& pool, const ChainShape& shape, int64_t threads,
                    const ChainWork& work);

// body(chain, part, step) for all of them on at most `threads` threads; returns early when stopped() is true.
template <class Stopped, class Body>
void run_chains(ThreadPool& pool, const ChainShape& shape, int64_t threads, const Stopped& stopped,
                const Body& body) {
  struct Context {
    const Stopped& stopped;
    const Body& body;
  };
  const Context context{stopped, body};
  run_chain_work(
      pool, shape, threads,
      {[](const void* c, int64_t chain, int64_t part, int64_t step) {
         static_cast<const Context*>(c)->body(chain, part, step);
       },
       [](const void* c) { return static_cast<const Context*>(c)->stopped(); }, &context});
}

}  // namespace inlay
