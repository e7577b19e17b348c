// Constants laid out for kernels, made on first use and kept while the session lives.
//
// Invariants:
//  1. An entry goes empty -> packing -> ready. One thread packs while others that need it wait.
//  2. A packing that fails (memory) leaves the entry empty, so that a later run may try again.
//  3. When all recipes over a tensor in a mapped file are ready and no step reads the tensor itself, its
//     whole pages are given back to the system: weights are never held twice.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
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
  ops::PackRecipe recipe_;
  std::atomic<const std::byte*> ready_{nullptr};
  bool packing_ = false;
  Block memory_;
};

class PackStore {
 public:
  // The entry of a recipe; equal recipes share one, which lives as long as the store.
  PackEntry* intern(ops::PackRecipe recipe);
  // Says that steps read this tensor where it lies.
  void keep_raw(const graph::TensorRef& tensor);

  // The packed bytes, 64-byte aligned, made now if need be.
  Result<const std::byte*> get(PackEntry& entry, ThreadPool& pool) {
    if (const std::byte* ready = entry.ready_.load(std::memory_order_acquire)) return ready;
    return make(entry, pool);
  }

  int64_t packed_bytes() const { return packed_bytes_.load(std::memory_order_relaxed); }

 private:
  Result<const std::byte*> make(PackEntry& entry, ThreadPool& pool);
  void release_sources(const PackEntry& entry);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<PackEntry>> entries_;
  std::vector<graph::TensorRef> raw_;
  std::atomic<int64_t> packed_bytes_{0};
};

}  // namespace inlay::runtime
