#include "base/block.h"

#include <new>

#include "base/system.h"

namespace inlay {

Result<Block> Block::allocate(size_t size, std::shared_ptr<MemoryBudget> budget) {
  Block block;
  if (size == 0) return block;
  if (budget) INLAY_TRY(budget->take(size));
  // The limit keeps every later rounding of the size from wrapping.
  void* memory = nullptr;
  if (size >= PTRDIFF_MAX / 2) {
    memory = nullptr;
  } else if (size >= kLargeBytes) {
    memory = system::allocate_pages(size, kLargeAlignment);
  } else {
    memory = ::operator new(size, std::align_val_t(kAlignment), std::nothrow);
  }
  if (!memory) {
    if (budget) budget->give(size);
    return out_of_memory("cannot allocate {} bytes of memory", size);
  }
  block.data_ = static_cast<std::byte*>(memory);
  block.size_ = size;
  block.budget_ = std::move(budget);
  return block;
}

void Block::free() {
  if (budget_) budget_->give(size_);
  if (size_ >= kLargeBytes) {
    system::free_pages(data_, size_);
  } else {
    ::operator delete(data_, std::align_val_t(kAlignment));
  }
}

}  // namespace inlay
