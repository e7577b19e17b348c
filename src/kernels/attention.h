// Scaled dot-product attention of one head over one row (one text) of a batch, f32.
//
//   out[i, :] = sum_j softmax_j(scale * dot(q[i, :], k[j, :]) + bias[i, j]) * v[j, :]
//
// Heads are addressed by pointers and strides, so q, k and v stay where the projection wrote them.
// Contract: at most 2e-6 of the largest |v| away from the exact result where scores are of order 10 (the
// error grows with the size of the scores). Results depend on the sizes alone, and a row's result does
// not depend on which other query rows are asked for in the same call.
// A bias of -3.4e38 on every key gives equal weights (as ONNX Runtime does); -inf on every key gives NaN.
// A query that may see no key at all (causal with j > i + causal_offset for all j, or k_rows 0) gives 0.
// Thread-safe: each call owns its scratch.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"
#include "kernels/stop_check.h"

namespace inlay::kernels {

struct AttentionArgs {
  const float *q, *k, *v;                // [q_rows, head_dim], [k_rows, head_dim], [k_rows, v_dim]
  int64_t q_stride, k_stride, v_stride;  // from row to row, in elements
  float* out;                            // [q_rows, v_dim]
  int64_t out_stride;
  const float* bias;                            // added to the scaled scores, or null
  int64_t bias_row_stride, bias_column_stride;  // row stride 0: one mask over the keys
  int64_t q_rows, k_rows;
  int64_t head_dim, v_dim;
  float scale;
  bool causal;            // key j is visible to query i when j <= i + causal_offset
  int64_t causal_offset;  // length of the past, plus the first query row of this call
  float* scratch;         // attention_scratch_bytes(…), 64-byte aligned
  StopCheck stop = {};
  // What this thread will be asked for after this, or null: its rows are asked for meanwhile.
  const AttentionArgs* next = nullptr;
};

struct AttentionKernel {
  const char* name;
  uint32_t isa;
  int64_t (*scratch_bytes)(int64_t q_rows, int64_t k_rows, int64_t head_dim, int64_t v_dim);
  void (*run)(const AttentionArgs& args);
};

const AttentionKernel& attention_kernel();
KernelTable<AttentionKernel> attention_table();

int64_t attention_scratch_bytes(int64_t q_rows, int64_t k_rows, int64_t head_dim, int64_t v_dim);
void attention(const AttentionArgs& args);

}  // namespace inlay::kernels
