// A block of writable memory for tensors: slabs, packed weights, copies of files.
//
//   INLAY_ASSIGN(Block block, Block::allocate(bytes));
//   auto* values = reinterpret_cast<float*>(block.data());
//
// Small blocks are aligned to 64 bytes (a cache line, an AVX-512 register). From 4 MiB on they are
// pages of their own, aligned to 2 MiB and backed by huge pages where the system has them; those
// pages are handed out by the system on first touch and go back to it when the block ends. Contents
// are undefined at first. For one thread at a time; the memory itself has no owner thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "base/memory_budget.h"
#include "base/status.h"

namespace inlay {

class Block {
 public:
  static constexpr size_t kAlignment = 64;
  static constexpr size_t kLargeBytes = size_t{4} << 20;
  static constexpr size_t kLargeAlignment = size_t{2} << 20;

  // A block of `size` bytes; of 0 bytes: data() is null. It counts towards `budget` while it lives. Fails with
  // kOutOfMemory.
  static Result<Block> allocate(size_t size, std::shared_ptr<MemoryBudget> budget = nullptr);

  Block() = default;
  ~Block() { free(); }
  Block(Block&& other) noexcept { swap(other); }
  Block& operator=(Block&& other) noexcept {
    Block moved(std::move(other));
    swap(moved);
    return *this;
  }

  std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  void free();
  void swap(Block& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(budget_, other.budget_);
  }

  std::byte* data_ = nullptr;
  size_t size_ = 0;
  std::shared_ptr<MemoryBudget> budget_;
};

}  // namespace inlay
