// What is known of each token of a row, a column each, all in one block: a short text costs one
// allocation.
//
//   TokenColumns columns;
//   columns.push(id, type_id, word_id, {begin, end});
//   columns.offsets()[0].end;
//
// For one thread at a time. Allocation failures are std::bad_alloc, as with std::vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace inlay::text {

// Bytes [begin, end) of a text.
struct Offset {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Offset&) const = default;
};

inline constexpr int32_t kNoWord = -1;

class TokenColumns {
 public:
  TokenColumns() = default;
  TokenColumns(const TokenColumns& other) { append(other, 0, other.size()); }
  TokenColumns(TokenColumns&& other) noexcept { swap(other); }
  TokenColumns& operator=(TokenColumns other) noexcept {
    swap(other);
    return *this;
  }

  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }

  std::span<uint32_t> ids() { return column<uint32_t>(kIds); }
  std::span<uint32_t> type_ids() { return column<uint32_t>(kTypeIds); }
  std::span<uint32_t> attention_mask() { return column<uint32_t>(kAttention); }
  std::span<uint32_t> special_tokens_mask() { return column<uint32_t>(kSpecial); }
  std::span<int32_t> word_ids() { return column<int32_t>(kWords); }
  std::span<Offset> offsets() { return column<Offset>(kOffsets); }
  std::span<const uint32_t> ids() const { return column<uint32_t>(kIds); }
  std::span<const uint32_t> type_ids() const { return column<uint32_t>(kTypeIds); }
  std::span<const uint32_t> attention_mask() const { return column<uint32_t>(kAttention); }
  std::span<const uint32_t> special_tokens_mask() const { return column<uint32_t>(kSpecial); }
  std::span<const int32_t> word_ids() const { return column<int32_t>(kWords); }
  std::span<const Offset> offsets() const { return column<Offset>(kOffsets); }

  // Every column.
  bool operator==(const TokenColumns& other) const;

  // Appends one token of a text: attention 1, not special.
  void push(uint32_t id, uint32_t type_id, int32_t word_id, Offset offset);
  // Appends one special token: attention 1, no word, offset {0, 0}.
  void push_special(uint32_t id, uint32_t type_id);
  // Makes room for `count` tokens in all. Columns move: earlier spans end.
  void reserve(size_t count);
  // Like vectors', but what is new is not set.
  void resize(size_t count);
  void insert(size_t at, size_t count);
  // Appends tokens [begin, end) of other columns.
  void append(const TokenColumns& from, size_t begin, size_t end);
  // Makes all from `begin` on tokens of a text: attention 1, not special.
  void mark_plain(size_t begin, uint32_t type_id);

 private:
  // Where a column begins, in bytes for a capacity of 1; columns lie one behind the other.
  enum Column : size_t { kIds = 0, kTypeIds = 4, kAttention = 8, kSpecial = 12, kWords = 16 };
  static constexpr Column kOffsets = Column{20};
  static constexpr size_t kTokenBytes = 28;

  template <class T>
  std::span<T> column(Column column) const {
    return {reinterpret_cast<T*>(block_.get() + column * capacity_), size_};
  }
  // Calls use(where the column begins for a capacity of 1, bytes of an entry) for each.
  template <class Use>
  static void for_each_column(Use&& use);
  void swap(TokenColumns& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<std::byte[]> block_;
  size_t size_ = 0, capacity_ = 0;
};

inline void TokenColumns::resize(size_t count) {
  if (count > capacity_) reserve(count);
  size_ = count;
}

inline void TokenColumns::push(uint32_t id, uint32_t type_id, int32_t word_id, Offset offset) {
  const size_t at = size_;
  if (at == capacity_) reserve(2 * at + 8);
  ++size_;
  ids()[at] = id;
  type_ids()[at] = type_id;
  attention_mask()[at] = 1;
  special_tokens_mask()[at] = 0;
  word_ids()[at] = word_id;
  offsets()[at] = offset;
}

}  // namespace inlay::text
