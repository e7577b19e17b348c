// RotaryEmbedding (com.microsoft): pairs of elements of each head turned by an angle that grows with
// the token's place.
//
// Inputs: x [batch, length, heads · d] or [batch, heads, length, d]; position_ids int64 [1], the
// place of the first token, or [batch, length]; cos and sin [places, turned / 2]. Attributes:
// "interleaved" pairs neighbours, else an element and the one half of the turned ones behind it;
// "rotary_embedding_dim": how many of a head's elements are turned, 0 for all; "num_heads".
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

struct Rotary {
  int64_t turned = 0;  // elements of a head
  int64_t head_dim = 0;
  bool heads_first = false;
  bool interleaved = false;
};

// cos or sin of each token: [batch or nothing, length, 1, turned / 2], or with the axis of heads
// before the length.
ValueId angles(Expansion& x, ValueId table, ValueId length, const Rotary& rotary) {
  ValueId places = x.input(1);
  if (x.rank(places) < 2) {
    const ValueId range = x.make("Range", {x.integer(0), length, x.integer(1)});
    places = x.make("Add", {range, x.cast(places, DType::kInt64)});
  }
  const auto axis = static_cast<int64_t>(x.rank(places));
  const ValueId rows = x.make("Gather", {table, places});
  return x.make("Unsqueeze", {rows, x.integers({rotary.heads_first ? axis - 1 : axis})});
}

// Elements begin, begin + step, … before `end` of the last axis.
ValueId part(Expansion& x, ValueId value, int64_t begin, int64_t end, int64_t step = 1) {
  return x.make("Slice", {value, x.integers({begin}), x.integers({end}), x.integers({-1}),
                          x.integers({step})});
}

// x [.., head_dim] with its first elements turned.
ValueId turn(Expansion& x, ValueId in, ValueId cos, ValueId sin, const Rotary& rotary) {
  const int64_t half = rotary.turned / 2;
  const int64_t step = rotary.interleaved ? 2 : 1;
  const ValueId a = part(x, in, 0, rotary.interleaved ? rotary.turned : half, step);
  const ValueId b = part(x, in, rotary.interleaved ? 1 : half, rotary.turned, step);
  ValueId left = x.make("Sub", {x.make("Mul", {a, cos}), x.make("Mul", {b, sin})});
  ValueId right = x.make("Add", {x.make("Mul", {b, cos}), x.make("Mul", {a, sin})});
  if (rotary.interleaved) {
    const ValueId last = x.integers({-1});
    const ValueId pairs =
        x.make("Concat", {x.make("Unsqueeze", {left, last}), x.make("Unsqueeze", {right, last})},
               {{"axis", int64_t{-1}}});
    left = x.make("Reshape", {pairs, x.integers({0, 0, 0, rotary.turned})});
    right = kNoValue;
  }
  std::vector<ValueId> parts = {left};
  if (right != kNoValue) parts.push_back(right);
  if (rotary.turned < rotary.head_dim) parts.push_back(part(x, in, rotary.turned, rotary.head_dim));
  return parts.size() == 1 ? left : x.make("Concat", parts, {{"axis", int64_t{-1}}});
}

Result<Rotary> sizes_of(Expansion& x) {
  const graph::Node& node = x.node();
  const ValueId in = x.input(0);
  if (x.rank(in) != 3 && x.rank(in) != 4)
    return x.error("input 0: expected 3 or 4 dimensions, found {}", x.rank(in));
  if (node.integer("is_packed_batching", 0) != 0 || node.real("scale", 1) != 1)
    return x.refuse("expected neither a packed batch nor a scale, found one");
  Rotary out;
  out.heads_first = x.rank(in) == 4;
  out.interleaved = node.integer("interleaved", 0) != 0;
  const int64_t width = x.fixed_size(in, -1), half = x.fixed_size(x.input(2), -1);
  const int64_t heads = node.integer("num_heads", 0);
  const int64_t part = node.integer("rotary_embedding_dim", 0);
  if (width < 0 || half < 1) return x.error("expected fixed sizes of the last axes of x and cos");
  out.turned = 2 * half;
  out.head_dim = out.heads_first ? width : heads > 0 ? width / heads : out.turned;
  const bool whole = out.heads_first || width % out.head_dim == 0;
  if (!whole || out.turned > out.head_dim || (part != 0 && part != out.turned))
    return x.error("expected cos for {} turned elements of heads of {} in {}, found {}", part,
                   out.head_dim, width, half);
  return out;
}

}  // namespace

Status expand_rotary_embedding(Expansion& x) {
  INLAY_TRY(x.expect_inputs(4, 4));
  INLAY_ASSIGN(const Rotary rotary, sizes_of(x));
  ValueId in = x.input(0);
  const ValueId length = x.size_of(in, rotary.heads_first ? 2 : 1);
  if (!rotary.heads_first)
    in = x.make("Reshape",
                {in, x.integers({0, 0, x.fixed_size(in, -1) / rotary.head_dim, rotary.head_dim})});
  const ValueId cos = angles(x, x.input(2), length, rotary);
  const ValueId sin = angles(x, x.input(3), length, rotary);
  const ValueId out = turn(x, in, cos, sin, rotary);
  if (rotary.heads_first)
    x.define(0, "Identity", {out});
  else
    x.define(0, "Reshape", {out, x.integers({0, 0, x.fixed_size(x.input(0), -1)})});
  return x.status();
}

}  // namespace inlay::ops
