// Matrices of bytes turned over: images with channels apart from each other and side by side.
#pragma once

#include <cstdint>

namespace inlay::ops {

struct BytePlanes {
  const uint8_t* from;  // [rows, columns]
  int64_t from_stride;
  uint8_t* to;  // [columns, rows]
  int64_t to_stride;
  int64_t rows, columns;
  uint8_t turn = 0;  // bits that are turned over on the way
};

void transpose_bytes(const BytePlanes& planes);

}  // namespace inlay::ops
