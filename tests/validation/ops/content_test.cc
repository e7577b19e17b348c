// Shape arithmetic folds into expressions.
#include <gtest/gtest.h>

#include "graph/graph_maker.h"

namespace inlay::test {
namespace {

class Content : public testing::Test {
 protected:
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"batch", "length", 384});
  const ValueId shape = g.op("Shape", {x});

  ValueId size(int64_t axis) {
    return g.op("Gather", {shape, g.integer(axis)}, {{"axis", int64_t{0}}});
  }
  ValueId vector(ValueId scalar) { return g.op("Unsqueeze", {scalar, g.integers({0})}); }
  void infer() { ASSERT_TRUE(g.infer().ok()) << g.infer().message(); }
};

TEST_F(Content, ShapeGatherConcatReshapeSplitsHeads) {
  const ValueId wanted = g.op("Concat", {vector(size(0)), vector(size(1)), g.integers({12, 32})},
                              {{"axis", int64_t{0}}});
  const ValueId heads = g.op("Reshape", {x, wanted});
  infer();
  EXPECT_EQ(g.content(wanted), "[batch, length, 12, 32]");
  EXPECT_EQ(g.shape(heads), "[batch, length, 12, 32]");
  EXPECT_TRUE(g.graph().element_symbols.empty());
}

TEST_F(Content, ReshapeCopiesZerosAndTakesWhatIsLeft) {
  const ValueId heads = g.op("Reshape", {x, g.integers({0, -1, 12, 32})});
  const ValueId flat = g.op("Reshape", {heads, g.integers({-1, 384})});
  infer();
  EXPECT_EQ(g.shape(heads), "[batch, length, 12, 32]");
  EXPECT_EQ(g.shape(flat), "[batch * length, 384]");
}

TEST_F(Content, ReshapeRefusesWhatCannotBe) {
  GraphMaker other;
  other.op("Reshape", {other.input("x", DType::kFloat32, {4, 6}), other.integers({5, -1})});
  EXPECT_FALSE(other.infer().ok());
  GraphMaker two;
  two.op("Reshape", {two.input("x", DType::kFloat32, {4, 6}), two.integers({-1, -1})});
  EXPECT_NE(two.infer().message().find("at most one size of -1"), std::string_view::npos);
}

TEST_F(Content, ArithmeticOnSizes) {
  const ValueId half = g.op("Div", {size(1), g.integer(2)});
  const ValueId next = g.op("Add", {g.op("Mul", {size(0), size(1)}), g.integer(1)});
  const ValueId rest = g.op("Mod", {g.op("Mul", {size(1), g.integer(6)}), g.integer(3)});
  infer();
  EXPECT_EQ(g.content(half), "[floor((length) / (2))]");
  EXPECT_EQ(g.content(next), "[batch * length + 1]");
  EXPECT_EQ(g.content(rest), "[0]");
}

TEST_F(Content, DivisionOfWhatMayBeNegativeIsLeftToTheRun) {
  const ValueId difference = g.op("Sub", {size(0), size(1)});
  const ValueId half = g.op("Div", {difference, g.integer(2)});
  infer();
  EXPECT_EQ(g.content(difference), "[batch - length]");
  EXPECT_EQ(g.content(half), "");
}

TEST_F(Content, WhereOverEqualIsDecidedWhereSizesCannotBeNegative) {
  const ValueId wanted =
      g.op("Concat", {vector(size(0)), g.integers({1}), vector(size(1))}, {{"axis", int64_t{0}}});
  const ValueId ones =
      g.op("ConstantOfShape", {g.op("Shape", {wanted})},
           {{"value", graph::make_tensor(DType::kInt64, {1}, std::vector<int64_t>{1})}});
  const ValueId wild = g.op("Equal", {wanted, g.op("Mul", {ones, g.integer(-1)})});
  const ValueId chosen = g.op("Where", {wild, ones, wanted});
  infer();
  EXPECT_EQ(g.content(chosen), "[batch, 1, length]");
}

TEST_F(Content, SlicesOfSizesAndByThem) {
  const ValueId tail = g.op("Slice", {shape, g.integers({-2}), g.integers({INT64_MAX})});
  const ValueId backwards = g.op("Slice", {shape, g.integers({-1}), g.integers({INT64_MIN}),
                                           g.integers({0}), g.integers({-1})});
  const ValueId positions = g.weights({1, 512});
  const ValueId cut = g.op("Slice", {positions, g.integers({0}), vector(size(1)), g.integers({1})});
  infer();
  EXPECT_EQ(g.content(tail), "[length, 384]");
  EXPECT_EQ(g.content(backwards), "[384, length, batch]");
  EXPECT_EQ(g.shape(cut), "[1, min(length, 512)]");
}

TEST_F(Content, AnInputOfSizesIsReadWhenARunComes) {
  const ValueId wanted = g.input("shape", DType::kInt64, {2});
  const ValueId flat = g.op("Reshape", {x, wanted});
  infer();
  EXPECT_EQ(g.graph().element_symbols.size(), 2u);
  EXPECT_EQ(g.graph().value(flat).type.shape->size(), 2u);
}

TEST_F(Content, MatricesFoldByTheirPlaces) {
  // [2, 1] + [1, 2] is [2, 2], not the sums of equal positions.
  const ValueId column = g.op("Reshape", {g.integers({1, 2}), g.integers({2, 1})});
  const ValueId row = g.op("Reshape", {g.integers({10, 20}), g.integers({1, 2})});
  const ValueId sum = g.op("Add", {column, row});
  const ValueId turned = g.op("Transpose", {sum});
  infer();
  EXPECT_EQ(g.content(sum), "[11, 21, 12, 22]");
  EXPECT_EQ(g.content(turned), "[11, 12, 21, 22]");
}

TEST_F(Content, RangeOverALength) {
  const ValueId range = g.op("Range", {g.integer(0), size(1), g.integer(1)});
  const ValueId known = g.op("Range", {g.integer(2), g.integer(9), g.integer(3)});
  infer();
  EXPECT_EQ(g.shape(range), "[length]");
  EXPECT_EQ(g.content(known), "[2, 5, 8]");
}

TEST_F(Content, BroadcastWithACutOfTheSameLengthKeepsTheLength) {
  const ValueId cut =
      g.op("Slice", {g.weights({1, 512, 384}), g.integers({0}), vector(size(1)), g.integers({1})});
  const ValueId sum = g.op("Add", {x, cut});
  infer();
  EXPECT_EQ(g.shape(sum), "[batch, length, 384]");
}

TEST(Inference, ListsAllUnknownOperators) {
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {4});
  g.op("Frobnicate", {g.op("Grumble", {x})});
  const Status status = g.infer();
  EXPECT_NE(status.message().find("Frobnicate-17, Grumble-17"), std::string_view::npos)
      << status.message();
}

TEST(Inference, SizesThatCannotBroadcastAreNamed) {
  GraphMaker g;
  g.op("Add", {g.input("a", DType::kFloat32, {4, 3}), g.input("b", DType::kFloat32, {4, 2})});
  EXPECT_FALSE(g.infer().ok());
}

}  // namespace
}  // namespace inlay::test
