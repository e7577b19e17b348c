// Attention spelled with operators that rewrites know: what the expansions of fused attention share.
#pragma once

#include <string_view>
#include <vector>

#include "ops/expansion.h"

namespace inlay::ops {

// softmax(scale · q kᵀ + biases) v
struct SpelledAttention {
  ValueId q = kNoValue, k = kNoValue, v = kNoValue;  // [batch, heads, length, head_dim]
  double scale = 0;                                  // 0: 1 / √head_dim
  std::vector<ValueId> biases = {};                  // broadcast to [batch, heads, q, k]
};

// [batch, length, heads · d] as [batch, heads, length, d]. The last size must be known; `what` names
// the value in errors.
Result<ValueId> split_heads(Expansion& x, ValueId value, int64_t heads, std::string_view what);
// [batch, length, heads, d] as [batch, heads, length, d].
ValueId heads_first(Expansion& x, ValueId value);
// Output 0 of the node: [batch, length, heads · d].
void define_attention(Expansion& x, const SpelledAttention& attention);

// What is added to the scores for a mask as onnxruntime's operators take it: `filter` for keys that
// do not count. kNoValue where the mask says nothing. `mask` is one of
//   [batch]                  how many keys of a row count
//   [2 · batch]              where they end, then where they begin
//   [3 · batch + 2]          the first of them, of packed rows
//   [batch, k]               more than 0 where a key counts; [batch or 1, 1] says nothing
//   [batch, q, k]            the same for each query
//   [batch, 1, m, m]         the same; the queries' rows and the keys' columns are taken
Result<ValueId> mask_bias(Expansion& x, size_t input, const SpelledAttention& attention,
                          float filter);
// What is added so that queries, the last ones of the keys, see no key behind them.
ValueId causal_bias(Expansion& x, const SpelledAttention& attention);

}  // namespace inlay::ops
