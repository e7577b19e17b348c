// Where the fused ways put tokens: ids alone, or an Encoding with offsets and word ids.
//
// A way is a template over its sink: kOffsets says whether token() wants the origin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "text/encoding.h"

namespace inlay::text {

class IdSink {
 public:
  static constexpr bool kOffsets = false;
  IdSink(size_t limit, std::vector<int32_t>& out) : limit_(limit), out_(out) {}
  size_t size() const { return out_.size(); }
  void roll_back(size_t size) { out_.resize(size); }
  void token(uint32_t id, Offset) { out_.push_back(static_cast<int32_t>(id)); }
  void end_word() {}
  bool is_full() const { return out_.size() > limit_; }

 private:
  size_t limit_;
  std::vector<int32_t>& out_;
};

// Columns that are the same for all tokens are filled at the end of many.
class EncodingSink {
 public:
  static constexpr bool kOffsets = true;
  EncodingSink(uint32_t type_id, int32_t& word, Encoding& out)
      : type_id_(type_id), word_(word), out_(out) {}
  ~EncodingSink() { flush(); }
  EncodingSink(const EncodingSink&) = delete;
  EncodingSink& operator=(const EncodingSink&) = delete;

  size_t size() const { return out_.size() + count_; }
  void roll_back(size_t size) {
    flush();
    for (auto* column :
         {&out_.ids, &out_.type_ids, &out_.attention_mask, &out_.special_tokens_mask}) {
      column->resize(size);
    }
    out_.offsets.resize(size);
    out_.word_ids.resize(size);
  }
  void token(uint32_t id, Offset origin) {
    if (count_ == kHeld) flush();
    ids_[count_] = id;
    offsets_[count_] = origin;
    words_[count_++] = word_;
  }
  void end_word() { ++word_; }
  bool is_full() const { return false; }

 private:
  static constexpr size_t kHeld = 128;

  void flush() {
    if (count_ == 0) return;
    out_.ids.insert(out_.ids.end(), ids_, ids_ + count_);
    out_.offsets.insert(out_.offsets.end(), offsets_, offsets_ + count_);
    out_.word_ids.insert(out_.word_ids.end(), words_, words_ + count_);
    out_.type_ids.resize(out_.size(), type_id_);
    out_.attention_mask.resize(out_.size(), 1);
    out_.special_tokens_mask.resize(out_.size(), 0);
    count_ = 0;
  }

  uint32_t type_id_;
  int32_t& word_;
  Encoding& out_;
  size_t count_ = 0;
  uint32_t ids_[kHeld];
  Offset offsets_[kHeld];
  int32_t words_[kHeld];
};

}  // namespace inlay::text
