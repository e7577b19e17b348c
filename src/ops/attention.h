// What the attention operators share: tasks over rows, heads and blocks of queries.
#pragma once

#include "kernels/attention.h"
#include "ops/op.h"

namespace inlay::ops {

struct AttentionParams {
  int64_t heads;
  float scale;
  bool causal;
  // Keys farther from the query than this need not be looked at; -1: all count.
  int64_t window = -1;
};

// Queries and keys of one row of the batch.
struct AttentionRow {
  int64_t q_begin, q_rows;  // rows of q and out
  int64_t k_begin, k_rows;  // rows of k and v
};

struct AttentionLayout {
  const float *q, *k, *v;
  int64_t q_stride, k_stride, v_stride;  // from token to token
  float* out;
  int64_t out_stride;
  int64_t head_dim, v_dim;
  const float* bias = nullptr;  // [rows, heads, q, k] by strides, or null
  int64_t bias_strides[4] = {};
};

// Runs every (row, head) over the threads of the run; long rows are cut into blocks of queries.
Status run_attention_rows(const StepCall& call, const AttentionParams& params,
                          const AttentionLayout& layout, std::span<const AttentionRow> rows);

// A q, k or v operand as it lies where its last axis has no gaps, else a dense copy of it.
View attention_operand(Lowering& low, size_t input);

}  // namespace inlay::ops
