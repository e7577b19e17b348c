// The row offsets of a ragged batch, int64 [rows + 1]: row r is tokens offsets[r] to offsets[r + 1].
#pragma once

#include <cstdint>

#include "ops/op.h"

namespace inlay::ops {

// Offsets that cover the tokens without a gap. Refers to the memory that it was made from.
class RowOffsets {
 public:
  // Fails unless the offsets begin at 0, ascend and end at `tokens`.
  static Result<RowOffsets> read(const int64_t* offsets, int64_t rows, int64_t tokens);

  int64_t rows() const { return rows_; }
  int64_t begin(int64_t row) const { return offsets_[row]; }
  int64_t length(int64_t row) const { return offsets_[row + 1] - offsets_[row]; }
  int64_t longest() const;  // 0 without rows
  // Each token's place in its row plus `first`; `places` has room for all tokens.
  template <class Int>
  void fill_places(int64_t first, Int* places) const {
    for (int64_t row = 0; row < rows_; ++row)
      for (int64_t i = 0; i < length(row); ++i) *places++ = static_cast<Int>(first + i);
  }

 private:
  RowOffsets(const int64_t* offsets, int64_t rows) : offsets_(offsets), rows_(rows) {}
  const int64_t* offsets_;
  int64_t rows_;
};

// Of an operator's input `input`: fails unless it is int64 with one axis; the number of rows.
Status expect_row_offsets(Inference& in, size_t input);
Expr row_count(Lowering& low, size_t input);

}  // namespace inlay::ops
