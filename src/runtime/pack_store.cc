#include "runtime/pack_store.h"

#include <algorithm>

namespace inlay::runtime {
namespace {

Result<Block> pack(const ops::PackRecipe& recipe, ThreadPool& pool) {
  INLAY_ASSIGN(const int64_t bytes, recipe.layout->bytes(recipe));
  INLAY_ASSIGN(Block memory, Block::allocate(static_cast<size_t>(bytes)));
  for (const ops::PackPart& part : recipe.parts)
    if (part.tensor->file)
      part.tensor->file->prefetch(part.tensor->data.data(), part.tensor->data.size());
  pool.parallel_for(recipe.layout->units(recipe),
                    [&](int64_t unit) { recipe.layout->pack(recipe, unit, memory.data()); });
  return memory;
}

bool mentions(const ops::PackRecipe& recipe, const graph::Tensor* tensor) {
  return std::any_of(recipe.parts.begin(), recipe.parts.end(),
                     [&](const ops::PackPart& part) { return part.tensor.get() == tensor; });
}

}  // namespace

PackEntry* PackStore::intern(ops::PackRecipe recipe) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    if (entry->recipe_ == recipe) return entry.get();
  entries_.push_back(std::make_unique<PackEntry>(std::move(recipe)));
  return entries_.back().get();
}

void PackStore::keep_raw(const graph::TensorRef& tensor) {
  const std::lock_guard lock(mutex_);
  raw_.push_back(tensor);
}

Result<const std::byte*> PackStore::make(PackEntry& entry, ThreadPool& pool) {
  std::unique_lock lock(mutex_);
  while (entry.packing_) changed_.wait(lock);
  if (const std::byte* ready = entry.ready_.load(std::memory_order_acquire)) return ready;
  entry.packing_ = true;
  lock.unlock();
  Result<Block> made = pack(entry.recipe_, pool);
  lock.lock();
  entry.packing_ = false;
  changed_.notify_all();
  if (!made.ok()) return std::move(made).status();
  entry.memory_ = std::move(made).value();
  entry.ready_.store(entry.memory_.data(), std::memory_order_release);
  packed_bytes_.fetch_add(static_cast<int64_t>(entry.memory_.size()), std::memory_order_relaxed);
  release_sources(entry);
  return static_cast<const std::byte*>(entry.memory_.data());
}

// Requires the lock.
void PackStore::release_sources(const PackEntry& entry) {
  for (const ops::PackPart& part : entry.recipe_.parts) {
    const graph::Tensor* tensor = part.tensor.get();
    const bool raw = std::any_of(raw_.begin(), raw_.end(),
                                 [&](const auto& kept) { return kept.get() == tensor; });
    const bool wanted = std::any_of(entries_.begin(), entries_.end(), [&](const auto& other) {
      return !other->ready_.load(std::memory_order_relaxed) && mentions(other->recipe_, tensor);
    });
    if (tensor->file && !raw && !wanted)
      tensor->file->release_pages(tensor->data.data(), tensor->data.size());
  }
}

}  // namespace inlay::runtime
