#include "runtime/pack_store.h"

#include <algorithm>

namespace inlay::runtime {
namespace {

// A run can be cancelled between two batches; this much takes some 20 ms.
constexpr size_t kBatchBytes = size_t{64} << 20;

// The bytes of an entry, a multiple of the alignment; never 0, so that an empty one has a place too.
Result<size_t> rounded_bytes(const ops::PackRecipe& recipe) {
  INLAY_ASSIGN(const int64_t bytes, recipe.layout->bytes(recipe));
  return (static_cast<size_t>(std::max<int64_t>(bytes, 1)) + Block::kAlignment - 1) /
         Block::kAlignment * Block::kAlignment;
}

// Asks the system to read the recipe's files, so that they come while others are packed.
void prefetch(const ops::PackRecipe& recipe) {
  for (const ops::PackPart& part : recipe.parts)
    if (part.tensor && part.tensor->file)
      part.tensor->file->prefetch(part.tensor->data.data(), part.tensor->data.size());
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

// Requires the lock. Empty entries from `first` on, in the order in which plans need them.
Result<PackStore::Batch> PackStore::next_batch(const PackEntry& first) {
  Batch batch;
  size_t bytes = 0;
  auto at = std::find_if(entries_.begin(), entries_.end(),
                         [&](const auto& entry) { return entry.get() == &first; });
  for (; at != entries_.end(); ++at) {
    if ((*at)->is_ready() || (*at)->recipe_.layout != first.recipe_.layout) continue;
    INLAY_ASSIGN((*at)->bytes_, rounded_bytes((*at)->recipe_));
    if (!batch.empty() && bytes + (*at)->bytes_ > kBatchBytes) break;
    bytes += (*at)->bytes_;
    batch.push_back(at->get());
  }
  return batch;
}

// Requires the lock. Gives the entries memory.
Status PackStore::place(std::span<PackEntry* const> batch) {
  size_t wanted = 0;
  for (const PackEntry* entry : batch) wanted += entry->bytes_;
  INLAY_ASSIGN(Block block, Block::allocate(wanted, budget_));
  std::byte* at = block.data();
  for (PackEntry* entry : batch) {
    entry->memory_ = at;
    at += entry->bytes_;
  }
  blocks_.push_back(std::move(block));
  packed_bytes_.fetch_add(static_cast<int64_t>(wanted), std::memory_order_relaxed);
  return Status();
}

// Threads share the units of all entries; an entry is ready as soon as its last unit is.
void PackStore::pack(std::span<PackEntry* const> batch, ThreadPool& pool) {
  std::vector<int64_t> ends;
  int64_t units = 0;
  for (PackEntry* entry : batch) {
    const int64_t own = entry->recipe_.layout->units(entry->recipe_);
    entry->units_left_.store(own, std::memory_order_relaxed);
    ends.push_back(units += own);
    prefetch(entry->recipe_);
    if (own == 0) finish(*entry);
  }
  pool.parallel_for(units, [&](int64_t i) {
    const auto at = std::upper_bound(ends.begin(), ends.end(), i) - ends.begin();
    PackEntry& entry = *batch[static_cast<size_t>(at)];
    const int64_t first = at == 0 ? 0 : ends[static_cast<size_t>(at) - 1];
    entry.recipe_.layout->pack(entry.recipe_, i - first, entry.memory_);
    if (entry.units_left_.fetch_sub(1, std::memory_order_acq_rel) == 1) finish(entry);
  });
}

Result<const std::byte*> PackStore::get_unready(PackEntry& entry, ThreadPool& pool) {
  if (!entry.recipe_.layout->optional || entry.was_needed_.exchange(true)) return make(entry, pool);
  prefetch(entry.recipe_);
  return nullptr;
}

Result<const std::byte*> PackStore::make(PackEntry& entry, ThreadPool& pool) {
  std::unique_lock lock(mutex_);
  while (packing_ && !entry.is_ready()) changed_.wait(lock);
  if (entry.is_ready()) return entry.ready_.load(std::memory_order_acquire);
  INLAY_ASSIGN(const Batch batch, next_batch(entry));
  INLAY_TRY(place(batch));
  packing_ = true;
  lock.unlock();
  pack(batch, pool);
  lock.lock();
  packing_ = false;
  changed_.notify_all();
  return static_cast<const std::byte*>(entry.memory_);
}

// Makes the entry ready, and gives back the pages of tensors that nobody reads again.
void PackStore::finish(PackEntry& entry) {
  const std::lock_guard lock(mutex_);
  entry.ready_.store(entry.memory_, std::memory_order_release);
  changed_.notify_all();
  for (const ops::PackPart& part : entry.recipe_.parts) {
    const graph::Tensor* tensor = part.tensor.get();
    if (!tensor || !tensor->file) continue;
    const bool raw = std::any_of(raw_.begin(), raw_.end(),
                                 [&](const auto& kept) { return kept.get() == tensor; });
    const bool wanted = std::any_of(entries_.begin(), entries_.end(), [&](const auto& other) {
      return !other->is_ready() && mentions(other->recipe_, tensor);
    });
    if (!raw && !wanted) tensor->file->release_pages(tensor->data.data(), tensor->data.size());
  }
}

}  // namespace inlay::runtime
