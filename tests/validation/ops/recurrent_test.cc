// Recurrent operators whose weights come with a run: hidden_size says what their shapes do not.
#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

using graph::DType;

Result<std::vector<OutputTensor>> run_rnn(int64_t hidden) {
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"n", "b", "i"});
  const ValueId w = g.input("w", DType::kFloat32, {1, "h", "i"});
  const ValueId r = g.input("r", DType::kFloat32, {1, "h", "h"});
  g.output(g.op("RNN", {x, w, r}, {{"hidden_size", int64_t{1}}}));
  Runner runner(g.shared());
  const Input<float> one{{1, 1, 1}, {1}}, weights{{1, hidden, 1}, {0.5f, 0.5f}},
      back{{1, hidden, hidden}, {1, 1, 1, 1}};
  return runner.run(std::vector{one.view(DType::kFloat32), weights.view(DType::kFloat32),
                                back.view(DType::kFloat32)});
}

TEST(Recurrent, TheSizeOfAGateMayComeFromTheAttribute) {
  const auto outputs = run_rnn(1);
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_FLOAT_EQ(elements<float>((*outputs)[0])[0], 0.46211716f);  // tanh 0.5
}

TEST(Recurrent, WeightsOfAnotherSizeAreRefused) {
  const auto outputs = run_rnn(2);
  ASSERT_FALSE(outputs.ok());
  EXPECT_NE(outputs.message().find("hidden size: expected equal sizes, found 2 and 1"),
            std::string_view::npos)
      << outputs.message();
}

}  // namespace
}  // namespace inlay::runtime
