// Operators of two operands before ONNX 7, which broadcast only when an attribute says so:
//
//   Add(a [2, 3, 4], b [3], broadcast = 1, axis = 1)     b's axes are a's from `axis` on
//   Add(a [2, 3, 4], b [3, 4], broadcast = 1)            without an axis they are a's last
//
// They are the later ones of b with axes of one element behind its own. PRelu's slope of a channel is the
// same with axis 1.
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

// `value` with axes behind its own, so that it begins at `axis` among as many axes as `rank`.
ValueId placed_at(Expansion& x, ValueId value, size_t axis, size_t rank) {
  std::vector<int64_t> behind;
  for (size_t i = x.rank(value); i + axis < rank; ++i) behind.push_back(static_cast<int64_t>(i));
  return behind.empty() ? value : x.make("Unsqueeze", {value, x.integers(behind)});
}

}  // namespace

Status expand_limited_broadcasting(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 2));
  const graph::Node& node = x.node();
  const ValueId a = x.input(0);
  ValueId b = x.input(1);
  const size_t rank = x.rank(a);
  if (node.integer("broadcast", 0) == 0) {
    if (x.rank(b) != rank)
      return x.error("expected operands of one shape, or broadcast = 1, found {} and {} dimensions",
                     rank, x.rank(b));
  } else if (node.attributes.contains("axis")) {
    int64_t axis = node.integer("axis", 0);
    if (axis < 0) axis += static_cast<int64_t>(rank);
    if (axis < 0 || static_cast<size_t>(axis) > rank)
      return x.error("expected an axis in [-{}, {}], found {}", rank, rank,
                     node.integer("axis", 0));
    b = placed_at(x, b, static_cast<size_t>(axis), rank);
  }
  x.define(0, node.op_type, {a, b});
  return x.status();
}

Status expand_p_relu_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 2));
  const ValueId in = x.input(0), slope = x.input(1);
  x.define(0, "PRelu", {in, x.rank(slope) == 1 ? placed_at(x, slope, 1, x.rank(in)) : slope});
  return x.status();
}

}  // namespace inlay::ops
