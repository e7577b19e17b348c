// What goes into a Conv, and what does not.
#include <gtest/gtest.h>

#include "graph/graph_maker.h"
#include "rewrite/rewrite.h"

namespace inlay::test {
namespace {

class ConvRewrite : public testing::Test {
 protected:
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"batch", 4, "height", "width"});

  ValueId conv(ValueId v) { return g.op("Conv", {v, g.weights({4, 4, 1, 1}), g.weights({4})}); }
  ValueId norm(ValueId v) {
    const ValueId ones = g.reals({4}, {1, 1, 1, 1});
    return g.op("BatchNormalization", {v, g.weights({4}), g.weights({4}), g.weights({4}), ones});
  }
  void rewrite() {
    ASSERT_TRUE(g.infer().ok());
    const Status status = rewrite::rewrite(g.graph());
    ASSERT_TRUE(status.ok()) << status.message();
  }
  int nodes() {
    int count = 0;
    for (graph::NodeId id : g.graph().order) count += !g.graph().node(id).dead;
    return count;
  }
};

TEST_F(ConvRewrite, NormalizationResidualAndActivation) {
  const ValueId sum = g.op("Add", {x, norm(conv(x))});
  g.output(g.op("Relu", {sum}));
  rewrite();
  ASSERT_EQ(g.count("Conv", "inlay"), 1);
  EXPECT_EQ(nodes(), 1);
  EXPECT_EQ(g.find("Conv", "inlay")->text("activation", ""), "relu");
  EXPECT_EQ(g.find("Conv", "inlay")->input(4), x);
}

TEST_F(ConvRewrite, ConstantsOfChannels) {
  const ValueId scaled = g.op("Mul", {conv(x), g.weights({4, 1, 1})});
  g.output(g.op("Add", {g.weights({1, 4, 1, 1}), scaled}));
  rewrite();
  EXPECT_EQ(g.count("Conv", "inlay"), 1);
  EXPECT_EQ(nodes(), 1);
}

TEST_F(ConvRewrite, NormalizationAlone) {
  g.output(g.op("Relu", {norm(x)}));
  rewrite();
  ASSERT_EQ(g.count("ChannelAffine", "inlay"), 1);
  EXPECT_EQ(nodes(), 1);
}

TEST_F(ConvRewrite, RefusesWhatOthersRead) {
  const ValueId y = conv(x);
  g.output(norm(y));
  g.output(y);
  rewrite();
  EXPECT_EQ(g.count("Conv"), 1);
  EXPECT_EQ(g.count("ChannelAffine", "inlay"), 1);
}

TEST_F(ConvRewrite, RefusesConstantsOfOtherAxes) {
  g.output(g.op("Mul", {conv(x), g.weights({4, 1})}));  // along the height
  rewrite();
  EXPECT_EQ(g.count("Conv"), 1);
  EXPECT_EQ(g.count("Mul"), 1);
}

TEST_F(ConvRewrite, RefusesWeightsThatAreComputed) {
  const ValueId w = g.input("w", DType::kFloat32, {4, 4, 1, 1});
  g.output(norm(g.op("Conv", {x, w})));
  rewrite();
  EXPECT_EQ(g.count("Conv"), 1);
}

}  // namespace
}  // namespace inlay::test
