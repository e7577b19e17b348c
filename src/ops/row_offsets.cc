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

void RowOffsets::fill_places(int64_t first, int32_t* places) const {
  for (int64_t row = 0; row < rows_; ++row)
    for (int64_t i = 0; i < length(row); ++i) *places++ = static_cast<int32_t>(first + i);
}

}  // namespace inlay::ops
