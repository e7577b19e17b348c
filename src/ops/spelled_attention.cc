#include "ops/spelled_attention.h"

#include <cmath>
#include <limits>

namespace inlay::ops {
namespace {

ValueId unsqueeze(Expansion& x, ValueId value, const std::vector<int64_t>& axes) {
  return x.make("Unsqueeze", {value, x.integers(axes)});
}

// 0, 1, … below an int64 without axes.
ValueId places(Expansion& x, ValueId count) {
  return x.make("Range", {x.integer(0), count, x.integer(1)});
}

// [rows] as [rows, 1]
ValueId column(Expansion& x, ValueId rows) {
  return unsqueeze(x, x.cast(rows, DType::kInt64), {1});
}

// True for keys before the end of their row, and not before its begin: [batch, k].
ValueId keys_in_rows(Expansion& x, ValueId ends, ValueId begins, ValueId k_length) {
  const ValueId keys = places(x, k_length);
  const ValueId before = x.make("Less", {keys, column(x, ends)});
  if (begins == kNoValue) return before;
  return x.make("And", {before, x.make("GreaterOrEqual", {keys, column(x, begins)})});
}

// A mask of one axis as [batch, k], true for keys that count.
Result<ValueId> keys_of_lengths(Expansion& x, ValueId mask, const SpelledAttention& attention) {
  ExprPool& e = x.exprs();
  const Expr size = x.shape(mask)[0], batch = x.shape(attention.q)[0];
  const ValueId k_length = x.size_of(attention.k, 2);
  if (size == batch) return keys_in_rows(x, mask, kNoValue, k_length);
  if (size == e.mul(batch, e.constant(2))) {
    const ValueId both = x.make("Reshape", {mask, x.integers({2, -1})});
    return keys_in_rows(x, x.make("Gather", {both, x.integer(0)}),
                        x.make("Gather", {both, x.integer(1)}), k_length);
  }
  if (size == e.add(e.mul(batch, e.constant(3)), e.constant(2))) {
    const ValueId rows = unsqueeze(x, x.size_of(attention.q, 0), {0});
    const ValueId lengths = x.make("Slice", {mask, x.integers({0}), rows});
    return keys_in_rows(x, lengths, kNoValue, k_length);
  }
  return x.error("expected a mask of {}, 2 or 3 · {} + 2 numbers, found {}", e.text(batch),
                 e.text(batch), e.text(size));
}

// The part of [batch, 1, m, m] for these queries, the last ones of the keys.
ValueId window_of(Expansion& x, ValueId mask, const SpelledAttention& attention) {
  const ValueId keys = unsqueeze(x, x.size_of(attention.k, 2), {0});
  const ValueId begin = x.make("Sub", {keys, unsqueeze(x, x.size_of(attention.q, 2), {0})});
  const ValueId rows = x.make("Slice", {mask, begin, keys, x.integers({2})});
  return x.make("Slice", {rows, x.integers({0}), keys, x.integers({3})});
}

}  // namespace

ValueId heads_first(Expansion& x, ValueId value) {
  return x.make("Transpose", {value}, {{"perm", std::vector<int64_t>{0, 2, 1, 3}}});
}

Result<ValueId> split_heads(Expansion& x, ValueId value, int64_t heads, std::string_view what) {
  const int64_t width = x.fixed_size(value, -1);
  if (x.rank(value) != 3 || width < 0 || width % heads != 0)
    return x.error("{}: expected 3 dimensions, the last a number that {} divides, found {} and {}",
                   what, heads, x.rank(value), width);
  const ValueId sizes = x.integers({0, 0, heads, width / heads});
  return heads_first(x, x.make("Reshape", {value, sizes}));
}

void define_attention(Expansion& x, const SpelledAttention& a) {
  double scale = a.scale;
  if (scale == 0) scale = 1 / std::sqrt(static_cast<double>(x.fixed_size(a.q, -1)));
  const ValueId turned = x.make("Transpose", {a.k}, {{"perm", std::vector<int64_t>{0, 1, 3, 2}}});
  ValueId scores = x.make("Mul", {x.make("MatMul", {a.q, turned}), x.number(scale, x.dtype(a.q))});
  for (const ValueId bias : a.biases) scores = x.make("Add", {scores, bias});
  const ValueId weights = x.make("Softmax", {scores}, {{"axis", int64_t{-1}}});
  const ValueId merged = heads_first(x, x.make("MatMul", {weights, a.v}));
  const int64_t width = x.fixed_size(a.v, 1) * x.fixed_size(a.v, 3);
  x.define(0, "Reshape", {merged, x.integers({0, 0, width})});
}

Result<ValueId> mask_bias(Expansion& x, size_t input, const SpelledAttention& attention,
                          float filter) {
  ValueId mask = x.input(input);
  const size_t rank = x.rank(mask);
  if (rank < 1 || rank > 4)
    return x.error("input {}: expected a mask of 1 to 4 dimensions, found {}", input, rank);
  if (rank == 2 && x.fixed_size(mask, 1) == 1) return kNoValue;
  if (rank == 4) mask = window_of(x, mask, attention);
  ValueId counts = kNoValue;
  if (rank == 1) {
    INLAY_ASSIGN(counts, keys_of_lengths(x, mask, attention));
  } else if (x.dtype(mask) == DType::kBool) {
    counts = mask;
  } else {
    counts = x.make("Greater", {mask, x.number(0, x.dtype(mask))});
  }
  if (rank <= 2) counts = unsqueeze(x, counts, {1, 2});
  if (rank == 3) counts = unsqueeze(x, counts, {1});
  const DType dtype = x.dtype(attention.q);
  return x.make("Where",
                {counts, x.number(0, dtype), x.number(static_cast<double>(filter), dtype)});
}

ValueId causal_bias(Expansion& x, const SpelledAttention& attention) {
  const ValueId q_length = x.size_of(attention.q, 2), k_length = x.size_of(attention.k, 2);
  const ValueId first = x.make("Sub", {k_length, q_length});
  const ValueId queries = unsqueeze(x, x.make("Add", {places(x, q_length), first}), {1});
  const ValueId seen = x.make("LessOrEqual", {places(x, k_length), queries});
  const DType dtype = x.dtype(attention.q);
  const double lowest = dtype == DType::kFloat16
                            ? -65504.0
                            : static_cast<double>(std::numeric_limits<float>::lowest());
  return x.make("Where", {seen, x.number(0, dtype), x.number(lowest, dtype)});
}

}  // namespace inlay::ops
