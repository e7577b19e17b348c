// The embedding layer over one Vec; see embedding.h.
#pragma once

#include "kernels/embedding.h"
#include "kernels/x86/layer_norm_inl.h"

namespace inlay::kernels {
namespace {

inline const float* table_row(const EmbeddingTable& table, int64_t row) {
  int64_t id = 0;
  if (table.ids && table.id_bytes == 8) id = static_cast<const int64_t*>(table.ids)[row];
  if (table.ids && table.id_bytes == 4) id = static_cast<const int32_t*>(table.ids)[row];
  return table.data + id * table.stride;
}

// Rows of a large table lie anywhere in memory: asks for the one that is read a few tokens later.
inline void prefetch_row(const float* row, int64_t columns) {
  for (int64_t i = 0; i < columns; i += 16) {
    _mm_prefetch(reinterpret_cast<const char*>(row + i), _MM_HINT_T0);
  }
}

inline void run_embedding(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end) {
  constexpr int64_t kAhead = 2;
  for (int64_t row = row_begin; row < row_end; ++row) {
    float* y = args.y + row * args.y_stride;
    if (row + kAhead < row_end) {
      prefetch_row(table_row(args.tables[0], row + kAhead), args.columns);
    }
    const float* sum = table_row(args.tables[0], row);
    for (int32_t t = 1; t < args.table_count; ++t) {
      add_rows(sum, table_row(args.tables[t], row), y, args.columns);
      sum = y;
    }
    if (args.normalize) {
      normalize_row(sum, args.gamma, args.beta, args.epsilon, false, y, args.columns);
    } else {
      copy_row(sum, y, args.columns);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
