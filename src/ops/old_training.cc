// Operators that trained by default, or by their outputs, in their first versions:
//
//   BatchNormalization (1, 6)   trains unless is_test
//   BatchNormalization (7)      trains where more than the first output is asked for
//   Dropout (1, 6)              leaves elements out unless is_test
//
// BatchNormalization of these versions has numbers an element instead of a channel with spatial = 0.
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

// y = (x - mean) / √(variance + epsilon) · scale + bias, each of them of x's shape behind the first axis.
Status normalize_elements(Expansion& x, bool training) {
  if (training) return x.refuse("training with spatial = 0");
  const ValueId in = x.input(0);
  const double epsilon = static_cast<double>(x.node().real("epsilon", 1e-5f));
  const ValueId variance = x.sum(x.input(4), x.number(epsilon, x.dtype(in)));
  const ValueId scale = x.make("Div", {x.input(1), x.make("Sqrt", {variance})});
  const ValueId scaled = x.make("Mul", {x.make("Sub", {in, x.input(3)}), scale});
  x.define(0, "Add", {scaled, x.input(2)});
  return x.status();
}

Status normalize(Expansion& x, bool training) {
  INLAY_TRY(x.expect_inputs(5, 5));
  INLAY_TRY(x.expect_no_output(3, "saved_mean"));
  INLAY_TRY(x.expect_no_output(4, "saved_var"));
  if (x.node().integer("spatial", 1) == 0) return normalize_elements(x, training);
  graph::Node made;
  made.op_type = "BatchNormalization";
  made.inputs = x.node().inputs;
  made.attributes["epsilon"] = x.node().real("epsilon", 1e-5f);
  made.attributes["momentum"] = x.node().real("momentum", 0.9f);
  made.attributes["training_mode"] = int64_t{training};
  for (size_t i = 0; i < (training ? 3 : 1); ++i) made.outputs.push_back(x.output_value(i));
  x.put(std::move(made));
  return x.status();
}

}  // namespace

Status expand_batch_normalization_1(Expansion& x) {
  const bool training = x.node().integer("is_test", 0) == 0;
  if (!training) {
    INLAY_TRY(x.expect_no_output(1, "mean"));
    INLAY_TRY(x.expect_no_output(2, "var"));
  }
  return normalize(x, training);
}

Status expand_batch_normalization_7(Expansion& x) {
  return normalize(x, x.wants(1) || x.wants(2) || x.wants(3) || x.wants(4));
}

Status expand_dropout_1(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 1));
  const ValueId in = x.input(0);
  if (x.node().integer("is_test", 0) != 0) {
    INLAY_TRY(x.expect_no_output(1, "mask"));
    x.define(0, "Identity", {in});
    return x.status();
  }
  const ValueId ratio = x.number(static_cast<double>(x.node().real("ratio", 0.5f)), x.dtype(in));
  const ValueId training = x.cast(x.integer(1), DType::kBool);
  const std::vector<ValueId> made = x.make_several("Dropout", 2, {in, ratio, training});
  x.define(0, "Identity", {made[0]});
  x.define(1, "Cast", {made[1]}, {{"to", static_cast<int64_t>(x.dtype(in))}});
  return x.status();
}

}  // namespace inlay::ops
