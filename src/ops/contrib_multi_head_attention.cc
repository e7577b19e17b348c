// MultiHeadAttention (com.microsoft): attention over queries, keys and values that were made before.
//
// Inputs: query, key, value, bias?, key_padding_mask? (spelled_attention.h), attention_bias? added to
// the scores, past_key?, past_value? [batch, heads, past, d]. Keys and values are
//   [batch, k, heads · d] both;
//   [batch, heads, k, d] both, made for good by another run;
//   key [batch, k, heads, 2, d] and no value;
//   none, and query [batch, length, heads, 3, d].
// bias [q + k + v] is added to all three. Outputs: y; past and present keys; the same of values.
#include "ops/spelled_attention.h"

namespace inlay::ops {
namespace {

enum Input : size_t {
  kQuery,
  kKey,
  kValue,
  kBias,
  kMask,
  kAttentionBias,
  kPastKey,
  kPastValue,
  kPastLength,
  kCacheIndirection
};

// The parts of the bias for queries, keys and values of these widths.
std::vector<ValueId> bias_parts(Expansion& x, int64_t q, int64_t v) {
  if (!x.has(kBias)) return {kNoValue, kNoValue, kNoValue};
  return x.make_several("Split", 3, {x.input(kBias), x.integers({q, q, v})},
                        {{"axis", int64_t{0}}});
}

// [batch, length, heads, parts, d] as `parts` values [batch, length, heads, d].
std::vector<ValueId> unpacked(Expansion& x, ValueId packed, size_t parts) {
  const std::vector<int64_t> ones(parts, 1);
  std::vector<ValueId> out =
      x.make_several("Split", parts, {packed, x.integers(ones)}, {{"axis", int64_t{3}}});
  for (ValueId& part : out) part = x.make("Squeeze", {part, x.integers({3})});
  return out;
}

Result<SpelledAttention> separate(Expansion& x, int64_t heads) {
  if (!x.has(kValue)) return x.error("input 2 (value) is missing");
  const auto bias =
      bias_parts(x, x.fixed_size(x.input(kQuery), -1), x.fixed_size(x.input(kValue), -1));
  SpelledAttention out;
  INLAY_ASSIGN(out.q, split_heads(x, x.sum(x.input(kQuery), bias[0]), heads, "query"));
  INLAY_ASSIGN(out.k, split_heads(x, x.sum(x.input(kKey), bias[1]), heads, "key"));
  INLAY_ASSIGN(out.v, split_heads(x, x.sum(x.input(kValue), bias[2]), heads, "value"));
  return out;
}

// Keys and values that have their heads first already.
Result<SpelledAttention> made_before(Expansion& x, int64_t heads) {
  INLAY_TRY(x.expect_no_input(kBias, "bias"));
  INLAY_TRY(x.expect_no_input(kPastKey, "past_key"));
  if (x.rank(x.input(kValue)) != 4)
    return x.error("input 2: expected 4 dimensions as the key has, found {}",
                   x.rank(x.input(kValue)));
  SpelledAttention out{.k = x.input(kKey), .v = x.input(kValue)};
  INLAY_ASSIGN(out.q, split_heads(x, x.input(kQuery), heads, "query"));
  return out;
}

Result<SpelledAttention> packed_keys(Expansion& x, int64_t heads) {
  INLAY_TRY(x.expect_no_input(kValue, "value"));
  INLAY_TRY(x.expect_no_input(kBias, "bias"));
  const std::vector<ValueId> parts = unpacked(x, x.input(kKey), 2);
  SpelledAttention out{.k = heads_first(x, parts[0]), .v = heads_first(x, parts[1])};
  INLAY_ASSIGN(out.q, split_heads(x, x.input(kQuery), heads, "query"));
  return out;
}

Result<SpelledAttention> packed_all(Expansion& x, int64_t heads) {
  INLAY_TRY(x.expect_no_input(kValue, "value"));
  if (x.rank(x.input(kQuery)) != 5)
    return x.error("input 0: expected 5 dimensions without a key, found {}",
                   x.rank(x.input(kQuery)));
  const int64_t head_dim = x.fixed_size(x.input(kQuery), -1), width = heads * head_dim;
  if (head_dim < 0) return x.error("input 0: expected a fixed size of heads");
  std::vector<ValueId> parts = unpacked(x, x.input(kQuery), 3), bias = bias_parts(x, width, width);
  for (size_t i = 0; i < 3; ++i) {
    if (bias[i] != kNoValue) bias[i] = x.make("Reshape", {bias[i], x.integers({heads, head_dim})});
    parts[i] = heads_first(x, x.sum(parts[i], bias[i]));
  }
  return SpelledAttention{.q = parts[0], .k = parts[1], .v = parts[2]};
}

Result<SpelledAttention> operands(Expansion& x, int64_t heads) {
  if (!x.has(kKey)) return packed_all(x, heads);
  switch (x.rank(x.input(kKey))) {
    case 3: return separate(x, heads);
    case 4: return made_before(x, heads);
    case 5: return packed_keys(x, heads);
    default:
      return x.error("input 1: expected 3, 4 or 5 dimensions, found {}", x.rank(x.input(kKey)));
  }
}

ValueId with_past(Expansion& x, size_t past, ValueId now) {
  if (!x.has(past)) return now;
  return x.make("Concat", {x.input(past), now}, {{"axis", int64_t{2}}});
}

Status check(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 10));
  INLAY_TRY(x.expect_no_input(kPastLength, "past_sequence_length"));
  INLAY_TRY(x.expect_no_input(kCacheIndirection, "cache_indirection"));
  INLAY_TRY(x.expect_no_output(3, "qk"));
  if (x.has(kPastKey) != x.has(kPastValue))
    return x.error("expected past keys and values together, found one of them");
  if (x.node().integer("num_heads", 0) < 1)
    return x.error("expected num_heads > 0, found {}", x.node().integer("num_heads", 0));
  return Status();
}

}  // namespace

Status expand_multi_head_attention(Expansion& x) {
  INLAY_TRY(check(x));
  INLAY_ASSIGN(SpelledAttention attention, operands(x, x.node().integer("num_heads", 0)));
  attention.k = with_past(x, kPastKey, attention.k);
  attention.v = with_past(x, kPastValue, attention.v);
  x.define(1, "Identity", {attention.k});
  x.define(2, "Identity", {attention.v});
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
