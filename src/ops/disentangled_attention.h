// Attention whose scores also hold the products of queries and keys with embeddings of their distance
// (He et al. 2021, DeBERTa):
//
//   score[i, j] = scale · (q_i · k_j + q_i · K[c] + k_j · Q[c]),   c = span + bucket(i - j)
//
// K and Q have a row for each of 2 · span distances. Products with them are made once a row of the batch
// and head, for the distances that occur in it; the sums exist for a block of queries at a time.
#pragma once

#include "ops/attention.h"

namespace inlay::ops {

// How distances become rows of K and Q. The first half of the buckets hold one distance each, the others
// ever more of them up to max_distance; 0 buckets: each distance has its own.
struct DistanceBuckets {
  int64_t buckets, max_distance;
};

// span + bucket(distance), at least 0 and less than 2 · span.
int64_t distance_row(const DistanceBuckets& buckets, int64_t distance, int64_t span);

struct DistanceTables {
  const float *keys, *queries;          // [2 · span, heads · head_dim], or null
  int64_t keys_stride, queries_stride;  // from row to row
  int64_t span;
  DistanceBuckets buckets;
};

// As run_attention_rows, for rows of equally many queries and keys.
Status run_disentangled_rows(const StepCall& call, const AttentionParams& params,
                             const AttentionLayout& layout, const DistanceTables& tables,
                             std::span<const AttentionRow> rows);

}  // namespace inlay::ops
