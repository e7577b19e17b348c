// Attention (com.microsoft): queries, keys and values as one product with weights [d, q + k + v].
//
// Inputs: x [batch, length, d], weights, bias?, mask? (spelled_attention.h), past? [2, batch, heads,
// past, head_dim], attention_bias? added to the scores. Outputs: y; past and present keys and
// values as the next run's past.
#include "ops/spelled_attention.h"

namespace inlay::ops {
namespace {

enum Input : size_t { kX, kWeights, kBias, kMask, kPast, kAttentionBias, kPastLength };

Result<std::vector<int64_t>> projection_sizes(Expansion& x, int64_t heads) {
  const int64_t columns = x.fixed_size(x.input(kWeights), 1);
  std::vector<int64_t> sizes(3, columns / 3);
  if (const auto* given = x.node().integers("qkv_hidden_sizes"); given && !given->empty())
    sizes = *given;
  if (sizes.size() != 3 || sizes[0] < 1 || sizes[2] < 1 || sizes[0] != sizes[1] ||
      sizes[0] > columns || sizes[2] != columns - 2 * sizes[0] || sizes[0] % heads != 0)
    return x.error("expected weights [.., q + k + v] with q = k that {} heads divide, found {}",
                   heads, columns);
  return sizes;
}

ValueId with_past(Expansion& x, int64_t which, ValueId now) {
  if (!x.has(kPast)) return now;
  const ValueId past = x.make("Gather", {x.input(kPast), x.integer(which)});
  return x.make("Concat", {past, now}, {{"axis", int64_t{2}}});
}

void define_present(Expansion& x, const SpelledAttention& attention) {
  if (!x.wants(1)) return;
  const ValueId first = x.integers({0});
  x.define(1, "Concat",
           {x.make("Unsqueeze", {attention.k, first}), x.make("Unsqueeze", {attention.v, first})},
           {{"axis", int64_t{0}}});
}

Status check(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 7));
  INLAY_TRY(x.expect_no_input(kPastLength, "past_sequence_length"));
  for (const char* key : {"do_rotary", "past_present_share_buffer"})
    if (x.node().integer(key, 0) != 0) return x.refuse("expected {} 0, found 1", key);
  if (x.node().integer("num_heads", 0) < 1)
    return x.error("expected num_heads > 0, found {}", x.node().integer("num_heads", 0));
  return Status();
}

}  // namespace

Status expand_contrib_attention(Expansion& x) {
  INLAY_TRY(check(x));
  const int64_t heads = x.node().integer("num_heads", 0);
  INLAY_ASSIGN(const std::vector<int64_t> sizes, projection_sizes(x, heads));
  const ValueId product = x.make("MatMul", {x.input(kX), x.input(kWeights)});
  const std::vector<ValueId> parts = x.make_several(
      "Split", 3, {x.sum(product, x.input(kBias)), x.integers(sizes)}, {{"axis", int64_t{-1}}});
  INLAY_TRY(x.status());
  SpelledAttention attention;
  INLAY_ASSIGN(attention.q, split_heads(x, parts[0], heads, "queries"));
  INLAY_ASSIGN(attention.k, split_heads(x, parts[1], heads, "keys"));
  INLAY_ASSIGN(attention.v, split_heads(x, parts[2], heads, "values"));
  attention.k = with_past(x, 0, attention.k);
  attention.v = with_past(x, 1, attention.v);
  define_present(x, attention);
  attention.scale = static_cast<double>(x.node().real("scale", 0));
  INLAY_TRY(x.status());
  if (x.has(kMask)) {
    INLAY_ASSIGN(const ValueId bias,
                 mask_bias(x, kMask, attention, x.node().real("mask_filter_value", -10000)));
    if (bias != kNoValue) attention.biases.push_back(bias);
  }
  if (x.node().integer("unidirectional", 0) != 0)
    attention.biases.push_back(causal_bias(x, attention));
  if (x.has(kAttentionBias)) attention.biases.push_back(x.input(kAttentionBias));
  define_attention(x, attention);
  return x.status();
}

}  // namespace inlay::ops
