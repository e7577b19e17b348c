// Recurrent operators whose weights come with a run: hidden_size says what their shapes do not.
#include <cmath>
#include <string>

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

struct Recurrent {
  const char* op;
  int64_t gates, hidden, length, batch;
  const char* direction = "forward";
  int64_t layout = 0, linear_before_reset = 0;
};

Input<float> waves(std::vector<int64_t> shape, float step) {
  Input<float> input = counting(std::move(shape));
  for (float& x : input.values) x = std::sin(x * step) * 0.3f;
  return input;
}

// The bits of all outputs, with weights that are constants or come with the run.
std::vector<std::vector<float>> outputs_of(const Recurrent& c, bool constant, int threads) {
  const int64_t directions = std::string_view(c.direction) == "bidirectional" ? 2 : 1, size = 7;
  const Input<float> x = waves(
      c.layout ? std::vector{c.batch, c.length, size} : std::vector{c.length, c.batch, size}, 0.7f);
  const Input<float> weights[] = {waves({directions, c.gates * c.hidden, size}, 1.3f),
                                  waves({directions, c.gates * c.hidden, c.hidden}, 1.7f),
                                  waves({directions, 2 * c.gates * c.hidden}, 2.1f)};
  GraphMaker g;
  const auto input = [&](const char* name, const Input<float>& from) {
    return g.input(name, DType::kFloat32,
                   std::vector<GraphMaker::Size>(from.shape.begin(), from.shape.end()));
  };
  std::vector<ValueId> inputs{input("x", x)};
  std::vector<TensorView> views{x.view(DType::kFloat32)};
  const char* const names[] = {"w", "r", "b"};
  for (size_t i = 0; i < 3; ++i) {
    inputs.push_back(constant ? g.reals(weights[i].shape, weights[i].values)
                              : input(names[i], weights[i]));
    if (!constant) views.push_back(weights[i].view(DType::kFloat32));
  }
  g.output(g.op(c.op, inputs,
                {{"hidden_size", c.hidden},
                 {"direction", std::string(c.direction)},
                 {"layout", c.layout},
                 {"linear_before_reset", c.linear_before_reset}}));
  Runner runner(g.shared(), threads);
  std::vector<std::vector<float>> out;
  for (int i = 0; i < 2; ++i) {
    const auto made = runner.run(views);
    EXPECT_TRUE(made.ok()) << made.message();
    if (made.ok()) out.push_back(elements<float>((*made)[0]));
  }
  return out;
}

TEST(Recurrent, ResultsDoNotDependOnThreadsOrOnWhereWeightsLie) {
  for (const Recurrent& c : std::vector<Recurrent>{
           {"LSTM", 4, 100, 40, 3, "bidirectional"},
           {"LSTM", 4, 64, 30, 70, "reverse", 1},
           {"GRU", 3, 130, 40, 1},
           {"GRU", 3, 130, 40, 2, "bidirectional", 0, 1},
           {"RNN", 1, 256, 50, 1, "reverse"},
       }) {
    const auto alone = outputs_of(c, true, 1);
    ASSERT_EQ(alone.size(), 2u);
    EXPECT_EQ(alone[0], alone[1]) << c.op;
    for (const int threads : {1, 2, 5})
      for (const bool constant : {true, false})
        EXPECT_EQ(outputs_of(c, constant, threads)[0], alone[0])
            << c.op << " " << threads << " threads, constant " << constant;
  }
}

}  // namespace
}  // namespace inlay::runtime
