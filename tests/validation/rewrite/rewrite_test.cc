// Each rewrite fires on what it means and refuses what only looks like it.
#include "rewrite/rewrite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "graph/graph_maker.h"

namespace inlay::test {
namespace {

using Attributes = GraphMaker::Attributes;

constexpr int64_t kHidden = 8, kHeads = 2, kHeadDim = 4;

class Rewrite : public testing::Test {
 protected:
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"batch", "length", 8});

  void rewrite() {
    const Status inferred = g.infer();
    ASSERT_TRUE(inferred.ok()) << inferred.message();
    graph::remove_dead_nodes(g.graph());
    const Status status = rewrite::rewrite(g.graph());
    ASSERT_TRUE(status.ok()) << status.message();
  }
  bool noted(std::string_view text) const {
    const auto& notes = const_cast<GraphMaker&>(g).graph().rewrites;
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return note.find(text) != std::string::npos;
    });
  }

  ValueId mean(ValueId v, int64_t axis = -1) {
    return g.op("ReduceMean", {v}, {{"axes", std::vector<int64_t>{axis}}});
  }
  ValueId linear(ValueId v) {
    return g.op("Add", {g.weights({kHidden}), g.op("MatMul", {v, g.weights({kHidden, kHidden})})});
  }
  ValueId transpose(ValueId v, std::vector<int64_t> perm) {
    return g.op("Transpose", {v}, {{"perm", std::move(perm)}});
  }
  ValueId split_heads(ValueId v) {
    return g.op("Reshape", {v, g.integers({0, -1, kHeads, kHeadDim})});
  }
  ValueId merge_heads(ValueId v) {
    return g.op("Reshape", {transpose(v, {0, 2, 1, 3}), g.integers({0, 0, kHidden})});
  }
};

// ---- layer_norm

struct NormParts {
  ValueId centered, variance, out;
};

class LayerNormRewrite : public Rewrite {
 protected:
  NormParts norm(ValueId v, int64_t axis = -1, bool squares_by_product = false) {
    const ValueId centered = g.op("Sub", {v, mean(v, axis)});
    const ValueId squares =
        squares_by_product ? g.op("Mul", {centered, centered}) : g.op("Pow", {centered, g.real(2)});
    const ValueId variance = mean(squares, axis);
    const ValueId deviation = g.op("Sqrt", {g.op("Add", {variance, g.real(1e-5f)})});
    const ValueId scaled = g.op("Mul", {g.weights({kHidden}), g.op("Div", {centered, deviation})});
    return {centered, variance, g.op("Add", {scaled, g.weights({kHidden})})};
  }
};

TEST_F(LayerNormRewrite, NineNodesBecomeOne) {
  g.output(norm(x).out);
  rewrite();
  EXPECT_EQ(g.count("LayerNorm", "inlay"), 1);
  EXPECT_EQ(g.graph().order.size(), 1u);
  EXPECT_TRUE(noted("layer_norm: 9 nodes into 1"));
  EXPECT_FLOAT_EQ(g.find("LayerNorm", "inlay")->real("epsilon", 0), 1e-5f);
}

TEST_F(LayerNormRewrite, SquaresByProductAndBothOrders) {
  g.output(norm(x, 2, true).out);
  rewrite();
  EXPECT_EQ(g.graph().order.size(), 1u);
}

TEST_F(LayerNormRewrite, RefusesAPartThatIsReadElsewhere) {
  const NormParts parts = norm(x);
  g.output(parts.out);
  g.output(g.op("Relu", {parts.variance}));
  rewrite();
  EXPECT_EQ(g.count("LayerNorm", "inlay"), 0);
}

TEST_F(LayerNormRewrite, RefusesAPartThatIsAnOutput) {
  const NormParts parts = norm(x);
  g.output(parts.out);
  g.output(parts.centered);
  rewrite();
  EXPECT_EQ(g.find("LayerNorm", "inlay")->integer("rms", 0), 1);  // of what is an output
}

TEST_F(LayerNormRewrite, RefusesAnotherAxis) {
  g.output(norm(x, 1).out);
  rewrite();
  EXPECT_EQ(g.count("LayerNorm", "inlay"), 0);
}

TEST_F(LayerNormRewrite, RefusesTheMeanOfSomethingElse) {
  const ValueId centered = g.op("Sub", {x, mean(g.op("Relu", {x}))});
  const ValueId variance = mean(g.op("Pow", {centered, g.real(2)}));
  const ValueId deviation = g.op("Sqrt", {g.op("Add", {variance, g.real(1e-5f)})});
  g.output(g.op("Mul", {g.op("Div", {centered, deviation}), g.weights({kHidden})}));
  rewrite();
  EXPECT_EQ(g.find("LayerNorm", "inlay")->integer("rms", 0), 1);  // of what is centered
}

TEST_F(LayerNormRewrite, TheOperatorOverTheLastAxisAlone) {
  const ValueId scale = g.weights({kHidden});
  g.output(g.op("LayerNormalization", {x, scale, scale}, {{"axis", int64_t{-1}}}));
  rewrite();
  EXPECT_EQ(g.count("LayerNorm", "inlay"), 1);
  GraphMaker other;
  const ValueId y = other.input("y", DType::kFloat32, {2, 3, 4});
  other.output(other.op("LayerNormalization", {y, other.weights({3, 4})}, {{"axis", int64_t{1}}}));
  ASSERT_TRUE(other.infer().ok());
  ASSERT_TRUE(rewrite::rewrite(other.graph()).ok());
  EXPECT_EQ(other.count("LayerNormalization"), 1);
}

// ---- gelu

class GeluRewrite : public Rewrite {
 protected:
  ValueId gate(ValueId v) {
    return g.op("Add", {g.op("Erf", {g.op("Div", {v, g.real(1.41421354f)})}), g.real(1)});
  }
  ValueId mul(ValueId a, ValueId b) { return g.op("Mul", {a, b}); }
  void expect(std::string_view form, std::string_view note) {
    rewrite();
    ASSERT_EQ(g.graph().order.size(), 1u);
    EXPECT_EQ(g.find("Gelu")->text("approximate", ""), form);
    EXPECT_TRUE(noted(note));
  }
};

TEST_F(GeluRewrite, ProductThenHalf) {
  g.output(mul(mul(x, gate(x)), g.real(0.5)));
  expect("none", "gelu: 5 nodes into 1");
}

TEST_F(GeluRewrite, HalfOfXFirst) {
  g.output(mul(mul(g.real(0.5), x), gate(x)));
  expect("none", "gelu: 5 nodes into 1");
}

TEST_F(GeluRewrite, HalfOfTheGate) {
  g.output(mul(x, g.op("Div", {gate(x), g.real(2)})));
  expect("none", "gelu: 5 nodes into 1");
}

TEST_F(GeluRewrite, TanhWithPower) {
  const ValueId cube = g.op("Pow", {x, g.real(3)});
  const ValueId inner = mul(g.op("Add", {x, mul(cube, g.real(0.044715f))}), g.real(0.79788456f));
  g.output(mul(mul(x, g.real(0.5)), g.op("Add", {g.op("Tanh", {inner}), g.real(1)})));
  expect("tanh", "gelu: 8 nodes into 1");
}

TEST_F(GeluRewrite, TanhWithProductsWrittenOut) {
  const ValueId square = mul(mul(g.real(0.044715f), x), x);
  const ValueId inner = mul(mul(x, g.real(0.7978845f)), g.op("Add", {g.real(1), square}));
  g.output(mul(g.real(0.5), mul(x, g.op("Add", {g.real(1), g.op("Tanh", {inner})}))));
  expect("tanh", "gelu:");
}

TEST_F(GeluRewrite, RefusesAnotherNumber) {
  g.output(mul(mul(x, gate(x)), g.real(0.25)));
  rewrite();
  EXPECT_EQ(g.count("Gelu"), 0);
}

TEST_F(GeluRewrite, RefusesTheErfOfSomethingElse) {
  g.output(mul(mul(x, gate(g.op("Relu", {x}))), g.real(0.5)));
  rewrite();
  EXPECT_EQ(g.count("Gelu"), 0);
}

TEST_F(GeluRewrite, RefusesAPartThatIsReadElsewhere) {
  const ValueId open = gate(x);
  g.output(mul(mul(x, open), g.real(0.5)));
  g.output(g.op("Relu", {open}));
  rewrite();
  EXPECT_EQ(g.count("Gelu"), 0);
}

// ---- linear

TEST_F(Rewrite, ProductAndBiasBecomeLinear) {
  g.output(linear(x));
  rewrite();
  ASSERT_EQ(g.graph().order.size(), 1u);
  const Node& node = *g.find("Linear", "inlay");
  EXPECT_EQ(node.inputs.size(), 4u);
  EXPECT_NE(node.input(3), kNoValue);
  EXPECT_EQ(node.integer("transposed", -1), 0);
}

TEST_F(Rewrite, TransposedWeightsStayWhereTheyAre) {
  const ValueId weight = g.weights({16, kHidden});
  g.output(g.op("MatMul", {x, transpose(weight, {1, 0})}));
  rewrite();
  // The transpose of a small constant is folded; a large one is read as it lies.
  ASSERT_EQ(g.count("Linear", "inlay"), 1);
  EXPECT_EQ(g.graph().order.size(), 1u);
}

TEST_F(Rewrite, GemmWithTransposedWeightAndRowOfBias) {
  const ValueId rows = g.input("rows", DType::kFloat32, {"n", 4});
  g.output(g.op("Gemm", {rows, g.weights({6, 4}), g.weights({1, 6})}, {{"transB", int64_t{1}}}));
  rewrite();
  ASSERT_EQ(g.count("Linear", "inlay"), 1);
  EXPECT_EQ(g.find("Linear", "inlay")->integer("transposed", 0), 1);
  EXPECT_EQ(g.shape(g.find("Linear", "inlay")->input(3)), "[6]");
}

TEST_F(Rewrite, GemmWithAlphaStays) {
  const ValueId rows = g.input("rows", DType::kFloat32, {"n", 4});
  g.output(g.op("Gemm", {rows, g.weights({4, 6})}, {{"alpha", 0.5f}}));
  rewrite();
  EXPECT_EQ(g.count("Gemm"), 1);
}

TEST_F(Rewrite, ProductOfTwoInputsStays) {
  const ValueId y = g.input("y", DType::kFloat32, {8, 4});
  g.output(g.op("MatMul", {x, y}));
  rewrite();
  EXPECT_EQ(g.count("MatMul"), 1);
}

TEST_F(Rewrite, ASumThatIsNoBiasStays) {
  // The product is an output of its own, so the sum may not swallow it.
  const ValueId product = g.op("MatMul", {x, g.weights({kHidden, kHidden})});
  g.output(g.op("Add", {product, g.weights({kHidden})}));
  g.output(product);
  rewrite();
  EXPECT_EQ(g.count("Add"), 1);
}

TEST_F(Rewrite, ActivationAndResidualJoinTheLinear) {
  g.output(g.op("Add", {x, g.op("Gelu", {linear(x)}, {}, 20)}));
  rewrite();
  ASSERT_EQ(g.graph().order.size(), 1u);
  const Node& node = *g.find("Linear", "inlay");
  EXPECT_EQ(node.text("activation", ""), "gelu");
  EXPECT_EQ(node.input(1), x);
}

TEST_F(Rewrite, ActivationBehindAResidualStays) {
  g.output(g.op("Relu", {g.op("Add", {x, linear(x)})}));
  rewrite();
  EXPECT_EQ(g.count("Relu"), 1);
  EXPECT_EQ(g.graph().order.size(), 2u);
}

TEST_F(Rewrite, SiluJoinsTheLinear) {
  const ValueId y = linear(x);
  g.output(g.op("Mul", {y, g.op("Sigmoid", {y})}));
  rewrite();
  ASSERT_EQ(g.graph().order.size(), 1u);
  EXPECT_EQ(g.find("Linear", "inlay")->text("activation", ""), "silu");
}

TEST_F(Rewrite, ResidualOfAnotherShapeStays) {
  const ValueId row = g.input("row", DType::kFloat32, {1, "length", 8});
  g.output(g.op("Add", {row, linear(x)}));
  rewrite();
  EXPECT_EQ(g.count("Add"), 1);
}

TEST_F(Rewrite, SumBeforeALayerNormJoinsIt) {
  const ValueId y = g.input("y", DType::kFloat32, {"batch", "length", 8});
  g.output(g.op("LayerNormalization", {g.op("Add", {x, y}), g.weights({kHidden})}));
  rewrite();
  ASSERT_EQ(g.graph().order.size(), 1u);
  EXPECT_EQ(g.find("LayerNorm", "inlay")->input(1), y);
}

// ---- integer_linear

// What dynamic quantization makes of a product with int8 weights [8, 3].
struct QuantizedProduct {
  ValueId sums, scaled, out;
};

class IntegerLinearRewrite : public Rewrite {
 protected:
  QuantizedProduct product(std::vector<float> b_scale = {0.5f}) {
    const std::vector<ValueId> q = g.ops("DynamicQuantizeLinear", {x}, 3);
    const ValueId weight = g.graph().add_constant(
        "w", graph::make_tensor(DType::kInt8, {8, 3}, std::vector<int8_t>(24, 7)));
    const ValueId zero = g.graph().add_constant(
        "w_zero", graph::make_tensor(DType::kInt8, {}, std::vector<int8_t>{0}));
    QuantizedProduct made{};
    made.sums = g.op("MatMulInteger", {q[0], weight, q[2], zero});
    const ValueId cast = g.op("Cast", {made.sums}, {{"to", int64_t{1}}});
    const auto scales = static_cast<int64_t>(b_scale.size());
    made.scaled = g.op("Mul", {cast, g.op("Mul", {q[1], g.reals({scales}, b_scale)})});
    made.out = g.op("Add", {g.weights({3}), made.scaled});
    return made;
  }
};

TEST_F(IntegerLinearRewrite, TakesScalesBiasAndActivation) {
  g.output(g.op("Relu", {product().out}));
  rewrite();
  ASSERT_EQ(g.count("IntegerLinear", "inlay"), 1);
  EXPECT_EQ(g.count("MatMulInteger") + g.count("Mul") + g.count("Add") + g.count("Relu"), 0);
  EXPECT_EQ(g.find("IntegerLinear", "inlay")->text("activation", ""), "relu");
  EXPECT_TRUE(noted("integer_linear"));
}

TEST_F(IntegerLinearRewrite, TakesAScaleForEachColumn) {
  g.output(product({1, 2, 3}).out);
  rewrite();
  EXPECT_EQ(g.count("IntegerLinear", "inlay"), 1);
}

TEST_F(IntegerLinearRewrite, RefusesWhereTheSumsAreReadElsewhere) {
  const QuantizedProduct made = product();
  g.output(made.out);
  g.output(made.sums);
  rewrite();
  EXPECT_EQ(g.count("IntegerLinear", "inlay"), 0);
  EXPECT_EQ(g.count("MatMulInteger"), 1);
}

TEST_F(IntegerLinearRewrite, LeavesTheBiasWhereTheScaledSumsAreReadElsewhere) {
  const QuantizedProduct made = product();
  g.output(made.out);
  g.output(made.scaled);
  rewrite();
  EXPECT_EQ(g.count("IntegerLinear", "inlay"), 1);
  EXPECT_EQ(g.count("Add"), 1);
}

// ---- attention

class AttentionRewrite : public Rewrite {
 protected:
  const ValueId mask = g.input("mask", DType::kInt64, {"batch", "length"});

  ValueId bias() {
    const ValueId rows = g.op("Unsqueeze", {mask, g.integers({1, 2})});
    const ValueId real = g.op("Cast", {rows}, {{"to", int64_t{1}}});
    return g.op("Mul", {g.op("Sub", {g.real(1), real}), g.real(-3.4028235e38f)});
  }
  ValueId queries() { return transpose(split_heads(linear(x)), {0, 2, 1, 3}); }
  ValueId keys() { return transpose(split_heads(linear(x)), {0, 2, 3, 1}); }
  ValueId values() { return queries(); }
  ValueId softmax(ValueId scores) { return g.op("Softmax", {scores}, {{"axis", int64_t{-1}}}); }
  ValueId product(ValueId a, ValueId b) { return g.op("MatMul", {a, b}); }
  const Node& attention() { return *g.find("Attention", "inlay"); }
};

TEST_F(AttentionRewrite, ScaledMaskedAttention) {
  const ValueId scores = g.op("Div", {product(queries(), keys()), g.real(2)});
  g.output(merge_heads(product(softmax(g.op("Add", {scores, bias()})), values())));
  rewrite();
  ASSERT_EQ(g.count("Attention", "inlay"), 1);
  EXPECT_EQ(attention().integer("heads", 0), kHeads);
  EXPECT_FLOAT_EQ(attention().real("scale", 0), 0.5f);
  EXPECT_NE(attention().input(3), kNoValue);
  EXPECT_EQ(g.count("Softmax"), 0);
  EXPECT_EQ(g.count("Transpose"), 0);
  // Three projections of one input are one product and a Split.
  EXPECT_EQ(g.count("Linear", "inlay"), 1);
  EXPECT_EQ(g.count("Split"), 1);
  EXPECT_TRUE(noted("projections: 3 nodes into 1"));
}

TEST_F(AttentionRewrite, ScalesOnBothSidesAndMaskFirst) {
  const ValueId q = g.op("Mul", {queries(), g.real(0.5)}), k = g.op("Mul", {g.real(0.25), keys()});
  g.output(merge_heads(product(softmax(g.op("Add", {bias(), product(q, k)})), values())));
  rewrite();
  ASSERT_EQ(g.count("Attention", "inlay"), 1);
  EXPECT_FLOAT_EQ(attention().real("scale", 0), 0.125f);
}

TEST_F(AttentionRewrite, KeysTransposedTwiceAndNoMask) {
  const ValueId k = transpose(queries(), {0, 1, 3, 2});
  g.output(merge_heads(product(softmax(product(queries(), k)), values())));
  rewrite();
  ASSERT_EQ(g.count("Attention", "inlay"), 1);
  EXPECT_EQ(attention().input(3), kNoValue);
  EXPECT_FLOAT_EQ(attention().real("scale", 0), 1);
}

TEST_F(AttentionRewrite, TwoMasksAreAdded) {
  const ValueId positions = g.input("positions", DType::kFloat32, {1, 2, "length", "length"});
  const ValueId masked =
      g.op("Add", {g.op("Add", {product(queries(), keys()), positions}), bias()});
  g.output(merge_heads(product(softmax(masked), values())));
  rewrite();
  ASSERT_EQ(g.count("Attention", "inlay"), 1);
  EXPECT_EQ(g.count("Add"), 1);
}

class GuardRewrite : public AttentionRewrite {
 protected:
  void make(ValueId added) {
    const ValueId weights = softmax(g.op("Add", {product(queries(), keys()), added}));
    const ValueId guarded = g.op("Where", {g.op("IsNaN", {weights}), g.real(0), weights});
    g.output(merge_heads(product(guarded, values())));
    rewrite();
  }
};

TEST_F(GuardRewrite, GoesWhereTheMaskIsFinite) {
  const ValueId rows =
      g.op("Cast", {g.op("Unsqueeze", {mask, g.integers({1, 2})})}, {{"to", int64_t{1}}});
  const ValueId none = g.op("Cast", {rows}, {{"to", int64_t{9}}});
  make(g.op("Where", {none, g.real(0), g.real(-3.4028235e38f)}));
  EXPECT_EQ(g.count("Attention", "inlay"), 1);
}

TEST_F(GuardRewrite, StaysWhereTheMaskMayBeInfinite) {
  const ValueId rows =
      g.op("Cast", {g.op("Unsqueeze", {mask, g.integers({1, 2})})}, {{"to", int64_t{9}}});
  make(g.op("Where", {rows, g.real(0), g.real(-INFINITY)}));
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, RefusesWeightsThatAreReadElsewhere) {
  const ValueId weights = softmax(product(queries(), keys()));
  g.output(merge_heads(product(weights, values())));
  g.output(weights);
  rewrite();
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, RefusesAnotherAxisOfSoftmax) {
  const ValueId weights = g.op("Softmax", {product(queries(), keys())}, {{"axis", int64_t{2}}});
  g.output(merge_heads(product(weights, values())));
  rewrite();
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, RefusesAnotherOrderOfAxes) {
  // Values as [batch, length, heads, dim]: the product is over heads, which is no attention.
  const ValueId square = g.input("square", DType::kFloat32, {"batch", 2, 8});
  const ValueId q = split_heads(linear(square)),
                k = transpose(split_heads(linear(square)), {0, 1, 3, 2});
  g.output(merge_heads(product(softmax(product(q, k)), split_heads(linear(square)))));
  rewrite();
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, RefusesAScaledValue) {
  const ValueId v = g.op("Mul", {values(), g.real(2)});
  g.output(merge_heads(product(softmax(product(queries(), keys())), v)));
  rewrite();
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, RefusesAScaleBehindTheMask) {
  const ValueId masked =
      g.op("Div", {g.op("Add", {product(queries(), keys()), bias()}), g.real(2)});
  g.output(merge_heads(product(softmax(masked), values())));
  rewrite();
  EXPECT_EQ(g.count("Attention", "inlay"), 0);
}

TEST_F(AttentionRewrite, ProjectionsOfTwoInputsMergeKeysAndValuesAlone) {
  const ValueId other = g.input("other", DType::kFloat32, {"batch", "other_length", 8});
  const ValueId k = transpose(split_heads(linear(other)), {0, 2, 3, 1});
  const ValueId v = transpose(split_heads(linear(other)), {0, 2, 1, 3});
  g.output(merge_heads(product(softmax(product(queries(), k)), v)));
  rewrite();
  ASSERT_EQ(g.count("Attention", "inlay"), 1);
  EXPECT_EQ(g.count("Linear", "inlay"), 2);
  EXPECT_TRUE(noted("projections: 2 nodes into 1"));
}

// ---- identities and constants

TEST_F(Rewrite, WhatDoesNothingGoes) {
  ValueId v = g.op("Identity", {x});
  v = g.op("Dropout", {v});
  v = g.op("Cast", {v}, {{"to", int64_t{1}}});
  v = g.op("Add", {g.op("Mul", {g.real(1), v}), g.real(0)});
  v = g.op("Reshape", {v, g.integers({0, 0, kHidden})});
  g.output(g.op("Relu", {v}));
  rewrite();
  EXPECT_EQ(g.graph().order.size(), 1u);
  EXPECT_EQ(g.find("Relu")->input(0), x);
}

TEST_F(Rewrite, AnOutputKeepsItsName) {
  const ValueId out = g.op("Identity", {g.op("Relu", {x})});
  g.graph().value(out).name = "result";
  g.output(out);
  rewrite();
  EXPECT_EQ(g.graph().order.size(), 1u);
  EXPECT_EQ(g.graph().value(g.graph().outputs[0]).name, "result");
}

TEST_F(Rewrite, ABroadcastOneIsNotNothing) {
  const ValueId row = g.input("row", DType::kFloat32, {"length"});
  g.output(g.op("Mul", {row, g.reals({3, 1}, {1, 1, 1})}));
  g.output(g.op("Add", {g.input("scalar", DType::kFloat32, {}), g.reals({1}, {0})}));
  rewrite();
  EXPECT_EQ(g.count("Mul"), 1);
  EXPECT_EQ(g.count("Add"), 1);
}

TEST_F(Rewrite, SmallConstantsAreComputed) {
  const ValueId sum = g.op("Sqrt", {g.op("Add", {g.real(7), g.real(2)})});
  const ValueId size = g.op("Gather", {g.op("Shape", {x}), g.integer(2)});
  const ValueId scale = g.op("Mul", {sum, g.op("Cast", {size}, {{"to", int64_t{1}}})});
  g.output(g.op("Mul", {x, scale}));
  rewrite();
  ASSERT_EQ(g.graph().order.size(), 1u);
  const Node& mul = *g.find("Mul");
  EXPECT_FLOAT_EQ(*g.graph().value(mul.input(1)).constant->as<float>(), 3 * kHidden);
}

TEST_F(Rewrite, LargeConstantsStay) {
  const ValueId big = g.weights({300, 300});
  g.output(g.op("Add", {g.op("Sqrt", {big}), g.input("y", DType::kFloat32, {300, 300})}));
  rewrite();
  EXPECT_EQ(g.count("Sqrt"), 1);
}

}  // namespace
}  // namespace inlay::test
