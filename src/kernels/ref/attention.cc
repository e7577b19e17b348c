// The oracle: one query at a time, everything in double.
#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

int64_t scratch_bytes(int64_t, int64_t k_rows, int64_t, int64_t) {
  return (k_rows + 1) * static_cast<int64_t>(sizeof(double));
}

int64_t visible_keys(const AttentionArgs& args, int64_t i) {
  if (!args.causal) return args.k_rows;
  const int64_t keys = i + args.causal_offset + 1;
  return keys < 0 ? 0 : keys < args.k_rows ? keys : args.k_rows;
}

// The score as f32, because a bias of -3.4e38 is meant to swallow it.
double score(const AttentionArgs& args, int64_t i, int64_t j) {
  double dot = 0;
  for (int64_t d = 0; d < args.head_dim; ++d) {
    dot += double{args.q[i * args.q_stride + d]} * double{args.k[j * args.k_stride + d]};
  }
  dot *= args.scale;
  if (!args.bias) return dot;
  return static_cast<float>(dot +
                            args.bias[i * args.bias_row_stride + j * args.bias_column_stride]);
}

// Turns scores into weights that sum to 1.
void softmax(double* weights, int64_t n) {
  double max = -INFINITY, total = 0;
  for (int64_t j = 0; j < n; ++j) max = weights[j] > max ? weights[j] : max;
  for (int64_t j = 0; j < n; ++j) total += weights[j] = std::exp(weights[j] - max);
  for (int64_t j = 0; j < n; ++j) weights[j] /= total;
}

void run(const AttentionArgs& args) {
  double* weights = reinterpret_cast<double*>(args.scratch);
  for (int64_t i = 0; i < args.q_rows; ++i) {
    const int64_t keys = visible_keys(args, i);
    for (int64_t j = 0; j < keys; ++j) weights[j] = score(args, i, j);
    softmax(weights, keys);
    for (int64_t d = 0; d < args.v_dim; ++d) {
      double total = 0;
      for (int64_t j = 0; j < keys; ++j) total += weights[j] * args.v[j * args.v_stride + d];
      args.out[i * args.out_stride + d] = static_cast<float>(total);
    }
  }
}

}  // namespace

const AttentionKernel kAttentionRef = {"attention_f32_ref", 0, scratch_bytes, run};

}  // namespace inlay::kernels
