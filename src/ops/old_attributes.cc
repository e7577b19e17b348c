// Operators whose first versions had as attributes what are inputs since, or attributes of another kind:
//
//   Cast (1)            to = "FLOAT"
//   Pad (1, 2)          paddings or pads, value
//   Reshape (1)         shape
//   Selu (1)            fewer digits
//   Tile (1)            one axis, as inputs `tiles` and `axis`
//   TopK (1)            k
//   Upsample (1)        height_scale, width_scale
#include <array>

#include "ops/arguments.h"
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

// TensorProto.DataType as operator set 1 writes them.
constexpr std::array<std::pair<std::string_view, DType>, 15> kTypeNames = {{
    {"FLOAT", DType::kFloat32},
    {"UINT8", DType::kUint8},
    {"INT8", DType::kInt8},
    {"UINT16", DType::kUint16},
    {"INT16", DType::kInt16},
    {"INT32", DType::kInt32},
    {"INT64", DType::kInt64},
    {"STRING", DType::kString},
    {"BOOL", DType::kBool},
    {"FLOAT16", DType::kFloat16},
    {"DOUBLE", DType::kFloat64},
    {"UINT32", DType::kUint32},
    {"UINT64", DType::kUint64},
    {"COMPLEX64", DType::kComplex64},
    {"COMPLEX128", DType::kComplex128},
}};

Status expand_pad(Expansion& x, std::string_view key) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const auto* pads = x.node().integers(key);
  if (!pads) return x.error("expected an attribute {}, found none", key);
  const ValueId in = x.input(0);
  const double value = static_cast<double>(x.node().real("value", 0));
  x.define(0, "Pad", {in, x.integers(*pads), x.number(value, x.dtype(in))},
           {{"mode", std::string(x.node().text("mode", "constant"))}});
  return x.status();
}

}  // namespace

Status expand_cast_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const std::string_view to = x.node().text("to", "");
  for (const auto& [name, type] : kTypeNames) {
    if (name != to) continue;
    x.define(0, "Cast", {x.input(0)}, {{"to", static_cast<int64_t>(type)}});
    return x.status();
  }
  return x.error("to: expected the name of an element type, found {}", quote(to));
}

Status expand_pad_1(Expansion& x) { return expand_pad(x, "paddings"); }
Status expand_pad_2(Expansion& x) { return expand_pad(x, "pads"); }

Status expand_reshape_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const auto* shape = x.node().integers("shape");
  x.define(0, "Reshape", {x.input(0), x.integers(shape ? *shape : std::vector<int64_t>())});
  return x.status();
}

Status expand_selu_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  x.define(
      0, "Selu", {x.input(0)},
      {{"alpha", x.node().real("alpha", 1.6732f)}, {"gamma", x.node().real("gamma", 1.0507f)}});
  return x.status();
}

Status expand_tile_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(3, 3));
  const ValueId in = x.input(0);
  const auto rank = static_cast<int64_t>(x.rank(in));
  const auto one_integer = [&](ValueId value) {
    return x.make("Reshape", {x.cast(value, DType::kInt64), x.integers({1})});
  };
  // 1, …, tiles at `axis`, …, 1
  const ValueId values =
      x.make("Concat", {x.integers({1}), one_integer(x.input(1))}, {{"axis", int64_t{0}}});
  const ValueId repeats = x.make("OneHot", {one_integer(x.input(2)), x.integers({rank}), values});
  x.define(0, "Tile", {in, x.make("Reshape", {repeats, x.integers({rank})})});
  return x.status();
}

Status expand_top_k_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const ValueId k = x.integers({x.node().integer("k", 0)});
  const Expansion::Attributes attributes = {{"axis", x.node().integer("axis", -1)}};
  const std::vector<ValueId> made = x.make_several("TopK", 2, {x.input(0), k}, attributes);
  x.define(0, "Identity", {made[0]});
  x.define(1, "Identity", {made[1]});
  return x.status();
}

Status expand_upsample_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const graph::Node& node = x.node();
  x.define(0, "Upsample", {x.input(0)},
           {{"mode", std::string(node.text("mode", "nearest"))},
            {"scales",
             std::vector<float>{1, 1, node.real("height_scale", 1), node.real("width_scale", 1)}}});
  return x.status();
}

}  // namespace inlay::ops
