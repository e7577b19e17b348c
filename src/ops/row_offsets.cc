#include "ops/row_offsets.h"

#include <algorithm>

namespace inlay::ops {

Result<RowOffsets> RowOffsets::read(const int64_t* offsets, int64_t rows, int64_t tokens) {
  int64_t covered = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t begin = offsets[row], end = offsets[row + 1];
    if (begin != covered || end < begin || end > tokens)
      return invalid("row_offsets: expected ascending offsets up to {}, found {} and {} at row {}",
                     tokens, begin, end, row);
    covered = end;
  }
  if (covered != tokens)
    return invalid("row_offsets: expected to end at {}, found {}", tokens, covered);
  return RowOffsets(offsets, rows);
}

int64_t RowOffsets::longest() const {
  int64_t longest = 0;
  for (int64_t row = 0; row < rows_; ++row) longest = std::max(longest, length(row));
  return longest;
}

Status expect_row_offsets(Inference& in, size_t input) {
  INLAY_TRY(in.expect_dtype(input, {DType::kInt64}));
  INLAY_ASSIGN(const Shape offsets, in.shape(input));
  if (offsets.size() == 1) return Status();
  return in.error("input {}: expected 1 dimension, found {}", input, offsets.size());
}

Expr row_count(Lowering& low, size_t input) {
  return low.exprs().sub(low.input_shape(input)[0], low.constant(1));
}

}  // namespace inlay::ops
