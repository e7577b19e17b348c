// Normalizations of sums, as onnxruntime writes them:
//
//   SkipLayerNormalization(x, skip, gamma, beta?, bias?)   LayerNormalization(x + skip + bias)
//   SkipSimplifiedLayerNormalization(x, skip, gamma, bias?) RMSNormalization of the same
//   SimplifiedLayerNormalization(x, scale)                  RMSNormalization(x), in domain ""
//
// Outputs of the first two: y, mean, 1 / deviation, x + skip + bias. The second has no mean.
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

constexpr float kSkipEpsilon = 1e-12f;

// x + skip + bias as output 3. The bias goes to the product that was made without it, so that the
// two can become one.
ValueId skip_sum(Expansion& x, ValueId bias) {
  ValueId a = x.input(0), b = x.input(1);
  const graph::Node* other = x.maker(b);
  if (bias != kNoValue && other && other->is("MatMul")) std::swap(a, b);
  a = x.sum(a, bias);
  if (!x.wants(3)) return x.make("Add", {a, b});
  x.define(3, "Add", {a, b});
  return x.node().output(3);
}

// 1 / √(mean of squares + epsilon) over the axes from `axis` on.
void define_inverse(Expansion& x, size_t output, ValueId in, int64_t axis, float epsilon) {
  if (!x.wants(output)) return;
  const auto rank = static_cast<int64_t>(x.rank(in));
  std::vector<int64_t> axes;
  for (int64_t i = axis < 0 ? axis + rank : axis; i < rank; ++i) axes.push_back(i);
  const ValueId mean = x.make("ReduceMean", {x.make("Mul", {in, in}), x.integers(axes)});
  const ValueId moved = x.make("Add", {mean, x.number(static_cast<double>(epsilon), x.dtype(in))});
  x.define(output, "Reciprocal", {x.make("Sqrt", {moved})});
}

}  // namespace

Status expand_skip_layer_normalization(Expansion& x) {
  INLAY_TRY(x.expect_inputs(3, 5));
  const ValueId all = skip_sum(x, x.input(4));
  graph::Node norm;
  norm.op_type = "LayerNormalization";
  norm.inputs = {all, x.input(2)};
  if (x.has(3)) norm.inputs.push_back(x.input(3));
  norm.outputs = {x.output_value(0)};
  if (x.wants(1) || x.wants(2))
    norm.outputs.insert(norm.outputs.end(), {x.node().output(1), x.node().output(2)});
  norm.attributes.emplace("epsilon", x.node().real("epsilon", kSkipEpsilon));
  x.put(std::move(norm));
  return x.status();
}

Status expand_skip_simplified_layer_normalization(Expansion& x) {
  INLAY_TRY(x.expect_inputs(3, 4));
  INLAY_TRY(x.expect_no_output(1, "mean"));
  const ValueId all = skip_sum(x, x.input(3));
  const float epsilon = x.node().real("epsilon", kSkipEpsilon);
  x.define(0, "RMSNormalization", {all, x.input(2)}, {{"epsilon", epsilon}});
  define_inverse(x, 2, all, -1, epsilon);
  return x.status();
}

Status expand_simplified_layer_normalization(Expansion& x) {
  INLAY_TRY(x.expect_inputs(2, 2));
  const int64_t axis = x.node().integer("axis", -1);
  const float epsilon = x.node().real("epsilon", 1e-5f);
  x.define(0, "RMSNormalization", {x.input(0), x.input(1)}, {{"axis", axis}, {"epsilon", epsilon}});
  define_inverse(x, 1, x.input(0), axis, epsilon);
  return x.status();
}

}  // namespace inlay::ops
