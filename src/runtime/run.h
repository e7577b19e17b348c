// One run of a plan: addresses, segments, steps. Used by Session and by steps that hold subgraphs.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/block.h"
#include "base/slab.h"
#include "base/thread_pool.h"
#include "runtime/plan.h"
#include "runtime/profile.h"
#include "runtime/state.h"

namespace inlay::runtime {

struct TensorView {
  DType dtype = DType::kUndefined;
  std::span<const int64_t> shape;
  const std::byte* data = nullptr;
};

// A dense tensor that owns its memory.
struct OutputTensor {
  DType dtype = DType::kUndefined;
  std::vector<int64_t> shape;
  std::shared_ptr<Block> memory;

  const std::byte* data() const { return memory->data(); }
  int64_t count() const;
};

// What all plans of a run share.
struct RunContext {
  PackStore& packs;
  SlabPool& slabs;
  ThreadPool& pool;
  const std::atomic<bool>* cancel = nullptr;
  SessionState* state = nullptr;
  Profile* profile = nullptr;
  int64_t profile_run = 0;
  std::shared_ptr<MemoryBudget> budget = nullptr;
  int64_t object_bytes = 0;  // of strings, sequences and maps that live now

  // Memory that counts towards the budget; idle slabs give way to it.
  Result<Block> allocate(size_t bytes);
  // The same for what goes to the caller, which may be given back after the session's end. Large blocks are used
  // again then: making their pages anew takes longer than most steps that fill them.
  Result<std::shared_ptr<Block>> allocate_output(size_t bytes);
  // The one place where memory of objects is counted, before it is asked for.
  Status reserve(int64_t bytes);
  void release(int64_t bytes);
};

// Runs the plan once. Inputs are in the plan's order. On success the state's lengths are committed.
Result<std::vector<OutputTensor>> run_plan(const Plan& plan, RunContext& context,
                                           std::span<const TensorView> inputs);

}  // namespace inlay::runtime
