// Constants laid out for kernels, made on first use and kept while the session lives.
//
// Most programs of one short text end before packing would pay: an entry of an optional layout is packed
// when it is needed for the second time. A thread that needs an entry makes a batch of it and of those of its layout behind it, which
// the same run is about to need: one parallel loop over all of them. They lie side by side in few large blocks,
// because small ones would not get huge pages, and page faults would cost more than the packing.
//
// Invariants:
//  1. An entry goes empty -> ready. One thread makes a batch while others that need one wait.
//  2. A batch that finds no memory leaves its entries empty, so that a later run may try again.
//  3. When all recipes over a tensor in a mapped file are ready and no step reads the tensor itself,
//     its whole pages are given back to the system: weights are never held twice.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/block.h"
#include "base/thread_pool.h"
#include "ops/lowering.h"

namespace inlay::runtime {

// One recipe and, once packed, its bytes.
class PackEntry {
 public:
  explicit PackEntry(ops::PackRecipe recipe) : recipe_(std::move(recipe)) {}

 private:
  friend class PackStore;
  bool is_ready() const { return ready_.load(std::memory_order_acquire) != nullptr; }

  ops::PackRecipe recipe_;
  std::atomic<const std::byte*> ready_{nullptr};
  std::atomic<bool> was_needed_{false};
  std::byte* memory_ = nullptr;         // its place in a block of the store
  size_t bytes_ = 0;                    // there, once it belongs to a batch
  std::atomic<int64_t> units_left_{0};  // to pack, while its batch is made
};

class PackStore {
 public:
  explicit PackStore(std::shared_ptr<MemoryBudget> budget = nullptr) : budget_(std::move(budget)) {}

  // The entry of a recipe; equal recipes share one, which lives as long as the store.
  PackEntry* intern(ops::PackRecipe recipe);
  // Says that steps read this tensor where it lies.
  void keep_raw(const graph::TensorRef& tensor);

  // The packed bytes, 64-byte aligned, made now if need be; null the first time where they are optional.
  Result<const std::byte*> get(PackEntry& entry, ThreadPool& pool) {
    if (const std::byte* ready = entry.ready_.load(std::memory_order_acquire)) return ready;
    return get_unready(entry, pool);
  }

  int64_t packed_bytes() const { return packed_bytes_.load(std::memory_order_relaxed); }

 private:
  using Batch = std::vector<PackEntry*>;
  Result<const std::byte*> get_unready(PackEntry& entry, ThreadPool& pool);
  Result<const std::byte*> make(PackEntry& entry, ThreadPool& pool);
  Result<Batch> next_batch(const PackEntry& first);
  Status place(std::span<PackEntry* const> batch);
  void pack(std::span<PackEntry* const> batch, ThreadPool& pool);
  void finish(PackEntry& entry);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool packing_ = false;
  std::vector<std::unique_ptr<PackEntry>> entries_;
  std::vector<graph::TensorRef> raw_;
  std::vector<Block> blocks_;
  std::atomic<int64_t> packed_bytes_{0};
  std::shared_ptr<MemoryBudget> budget_;
};

}  // namespace inlay::runtime
