// The embedding layer of an encoder: rows of up to three tables summed, then LayerNorm when asked for.
//
//   y[t, :] = LayerNorm(table_0[ids_0[t], :] + table_1[ids_1[t], :] + table_2[ids_2[t], :])
//
// Sums are taken in the order of the tables. The LayerNorm is that of layer_norm.h, with its contract.
// Ids are not checked here: the caller has checked that each lies in its table.
// Thread-safe for disjoint rows.
#pragma once

#include <stdint.h>

#include "kernels/element.h"
#include "kernels/kernel_table.h"

namespace inlay::kernels {

struct EmbeddingTable {
  const void* data;  // [entries, columns]
  Element element;
  int64_t stride;    // from entry to entry, in elements
  const void* ids;   // [rows] of int64 or int32; null: entry 0 for every row
  int32_t id_bytes;  // 8 or 4
};

struct EmbeddingArgs {
  EmbeddingTable tables[3];
  int32_t table_count;  // 1 to 3
  float* y;
  int64_t y_stride;
  int64_t columns;
  bool normalize;      // LayerNorm after the sum
  const float* gamma;  // [columns], or null for 1
  const float* beta;   // [columns], or null for 0
  float epsilon;
};

struct EmbeddingKernel {
  const char* name;
  uint32_t isa;
  void (*run)(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end);
};

const EmbeddingKernel& embedding_kernel();
KernelTable<EmbeddingKernel> embedding_table();

void embedding(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end);

}  // namespace inlay::kernels
