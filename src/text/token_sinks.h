// Where the fused ways put tokens: ids alone, or an Encoding with offsets and word ids.
//
// A way is a template over its sink: kOffsets says whether token() wants the origin. What is written
// becomes part of what the sink was made for with finish().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "text/fused.h"

namespace inlay::text {

class IdSink {
 public:
  static constexpr bool kOffsets = false;
  IdSink(size_t limit, std::vector<int32_t>& out) : limit_(limit), out_(out) {}
  IdSink(const IdSink&) = delete;
  IdSink& operator=(const IdSink&) = delete;

  size_t size() const { return out_.size() + count_; }
  void roll_back(size_t size) {
    flush();
    out_.resize(size);
  }
  void token(uint32_t id, Offset) {
    if (count_ == kHeld) flush();
    ids_[count_++] = static_cast<int32_t>(id);
  }
  // The first `count` of kMost ids.
  template <size_t kMost>
  void tokens(const uint32_t (&ids)[kMost], size_t count) {
    if (count_ + kMost > kHeld) flush();
    std::memcpy(ids_ + count_, ids, sizeof ids);
    count_ += count;
  }
  void end_word() {}
  bool is_full() const { return size() > limit_; }
  void finish() { flush(); }

 private:
  static constexpr size_t kHeld = 128;
  void flush() {
    out_.insert(out_.end(), ids_, ids_ + count_);
    count_ = 0;
  }

  size_t limit_;
  std::vector<int32_t>& out_;
  size_t count_ = 0;
  int32_t ids_[kHeld];
};

class EncodingSink {
 public:
  static constexpr bool kOffsets = true;
  explicit EncodingSink(FusedEncode& to)
      : to_(to), out_(to.out), word_(to.word), count_(to.out.size()) {
    find_columns();
  }
  EncodingSink(const EncodingSink&) = delete;
  EncodingSink& operator=(const EncodingSink&) = delete;

  size_t size() const { return count_; }
  void roll_back(size_t size) { count_ = size; }
  void token(uint32_t id, Offset origin) {
    make_room(1);
    token_in_room(id, origin);
  }
  // For so many tokens.
  void make_room(size_t count) {
    if (count_ + count > out_.capacity()) grow(count);
  }
  void token_in_room(uint32_t id, Offset origin) {
    ids_[count_] = id;
    offsets_[count_] = origin;
    words_[count_++] = word_;
  }
  void end_word() { ++word_; }
  bool is_full() const { return size() > to_.limit; }
  void finish() {
    out_.resize(count_);
    to_.word = word_;
  }

 private:
  // To what the whole text needs if it goes on as it began, and `count`.
  void grow(size_t count);
  void find_columns() {
    ids_ = out_.ids().data();
    offsets_ = out_.offsets().data();
    words_ = out_.word_ids().data();
  }

  FusedEncode& to_;
  Encoding& out_;
  int32_t word_;
  size_t count_;  // of `out_` and what was written behind
  uint32_t* ids_;
  Offset* offsets_;
  int32_t* words_;
};

}  // namespace inlay::text
