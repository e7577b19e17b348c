// What ONNX's node tests and the generated cases cannot hold: random numbers, errors by data, threads.
#include <cmath>
#include <numeric>

#include "ops/fourier.h"
#include "ops/single_node.h"
#include "runtime/graphs.h"

namespace inlay::test {
namespace {

TEST(Numeric, FractionalPowersOfIntegersAreCutOff) {
  const auto base = tensor<int64_t>(DType::kInt64, {3}, {2, 4, 9});
  const auto exponent = tensor<double>(DType::kFloat64, {3}, {1.5, 0.5, 3});
  EXPECT_EQ(elements<int64_t>(run("Pow", {base, exponent})), (std::vector<int64_t>{2, 2, 729}));
}

TEST(Numeric, ShiftsOfAllBitsGiveZero) {
  const auto x = tensor<uint8_t>(DType::kUint8, {3}, {255, 255, 255});
  const auto by = tensor<uint8_t>(DType::kUint8, {3}, {7, 8, 200});
  const GraphMaker::Attributes left = {{"direction", std::string("LEFT")}};
  const GraphMaker::Attributes right = {{"direction", std::string("RIGHT")}};
  EXPECT_EQ(elements<uint8_t>(run("BitShift", {x, by}, left)), (std::vector<uint8_t>{128, 0, 0}));
  EXPECT_EQ(elements<uint8_t>(run("BitShift", {x, by}, right)), (std::vector<uint8_t>{1, 0, 0}));
}

TEST(Numeric, NothingBackwardsIsNothing) {
  const auto integers = [](int64_t value) { return tensor<int64_t>(DType::kInt64, {1}, {value}); };
  const auto none = tensor<float>(DType::kFloat32, {0}, {});
  const auto result = run("Slice", {none, integers(-1), integers(-9), integers(0), integers(-1)});
  ASSERT_TRUE(result.ok()) << result.message();
  EXPECT_EQ((*result)->shape, (std::vector<int64_t>{0}));
}

TEST(Numeric, NaNsAreOneElementAndTheLast) {
  GraphMaker g;
  g.output(g.op("Unique", {g.input("x", DType::kFloat32, {"n"})}, {}, 11));
  runtime::Runner runner(g.shared());
  const float nan = std::nanf("");
  const runtime::Input<float> x{{5}, {nan, 2, nan, 1, 2}};
  const auto made = runner.run(std::vector{x.view(DType::kFloat32)});
  ASSERT_TRUE(made.ok()) << made.message();
  const std::vector<float> unique = runtime::elements<float>((*made)[0]);
  ASSERT_EQ(unique.size(), 3u);
  EXPECT_EQ(unique[0], 1);
  EXPECT_EQ(unique[1], 2);
  EXPECT_TRUE(std::isnan(unique[2]));
}

TEST(Numeric, NaNsAreGreaterThanAllNumbers) {
  const auto x = tensor<float>(DType::kFloat32, {4}, {std::nanf(""), 1, 3, 2});
  const auto k = tensor<int64_t>(DType::kInt64, {1}, {2});
  const std::vector<float> most = elements<float>(run("TopK", {x, k}));
  ASSERT_EQ(most.size(), 2u);
  EXPECT_TRUE(std::isnan(most[0]));
  EXPECT_EQ(most[1], 3);
  EXPECT_EQ(elements<float>(run("TopK", {x, k}, {{"largest", int64_t{0}}})),
            (std::vector<float>{1, 2}));
}

std::vector<float> random(const std::string& op, float seed) {
  return elements<float>(
      run(op, {}, {{"shape", std::vector<int64_t>{100, 100}}, {"seed", seed}}, 22));
}

TEST(Numeric, RandomNumbersComeFromTheSeed) {
  const std::vector<float> uniform = random("RandomUniform", 1);
  EXPECT_EQ(uniform, random("RandomUniform", 1));
  EXPECT_NE(uniform, random("RandomUniform", 2));
  double sum = 0, squares = 0;
  for (float x : uniform) {
    EXPECT_TRUE(x >= 0 && x < 1) << x;
    sum += static_cast<double>(x);
  }
  EXPECT_NEAR(sum / 1e4, 0.5, 0.02);
  sum = 0;
  for (float x : random("RandomNormal", 1)) {
    sum += static_cast<double>(x);
    squares += static_cast<double>(x) * static_cast<double>(x);
  }
  EXPECT_NEAR(sum / 1e4, 0, 0.05);
  EXPECT_NEAR(squares / 1e4, 1, 0.05);
}

TEST(Numeric, ClassesComeAsOftenAsTheirProbability) {
  const auto logits =
      tensor<float>(DType::kFloat32, {1, 3}, {std::log(0.2f), -1e9f, std::log(0.8f)});
  std::vector<int> counts(3);
  for (int32_t found :
       elements<int32_t>(run("Multinomial", {logits}, {{"sample_size", int64_t{10000}}}, 22)))
    ++counts.at(static_cast<size_t>(found));
  EXPECT_NEAR(counts[0], 2000, 200);
  EXPECT_EQ(counts[1], 0);
}

TEST(Numeric, DropoutScalesWhatItKeeps) {
  const std::vector<float> ones(10000, 1.0f);
  const auto x = tensor<float>(DType::kFloat32, {10000}, ones);
  const auto ratio = tensor<float>(DType::kFloat32, {}, {0.25f});
  const auto training = graph::make_tensor(DType::kBool, {}, std::vector<uint8_t>{1});
  const std::vector<float> y = elements<float>(run("Dropout", {x, ratio, training}, {}, 22));
  const auto kept = std::count(y.begin(), y.end(), 1 / 0.75f);
  EXPECT_EQ(kept + std::count(y.begin(), y.end(), 0.0f), 10000);
  EXPECT_NEAR(static_cast<double>(kept), 7500, 300);
  const auto all = tensor<float>(DType::kFloat32, {}, {1.0f});
  EXPECT_EQ(run("Dropout", {x, all, training}, {}, 22).message(),
            "expected a ratio in [0, 1), found 1");
}

TEST(Numeric, TransformsOfEveryLengthAreExact) {
  for (int64_t n : {1, 2, 3, 5, 8, 17, 64, 97, 360}) {
    std::vector<ops::Complex> x(static_cast<size_t>(n));
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = {std::sin(3.7 * static_cast<double>(i)), std::cos(static_cast<double>(i * i))};
    std::vector<ops::Complex> y = x;
    const ops::Fourier forwards(n, false), backwards(n, true);
    std::vector<ops::Complex> work(static_cast<size_t>(forwards.work()));
    forwards.run(y.data(), work.data());
    for (size_t k = 0; k < x.size(); ++k) {
      ops::Complex sum;
      for (size_t i = 0; i < x.size(); ++i) {
        const double angle =
            -2 * M_PI * static_cast<double>(i * k % x.size()) / static_cast<double>(n);
        sum = sum + x[i] * ops::Complex{std::cos(angle), std::sin(angle)};
      }
      EXPECT_NEAR(y[k].re, sum.re, 1e-9) << n << ", " << k;
      EXPECT_NEAR(y[k].im, sum.im, 1e-9) << n << ", " << k;
    }
    backwards.run(y.data(), work.data());
    for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(y[i].re, x[i].re, 1e-12) << n << ", " << i;
  }
}

TEST(Numeric, RecurrentResultsDoNotDependOnThreads) {
  GraphMaker g;
  const int64_t hidden = 67, size = 33;
  const ValueId x = g.input("x", DType::kFloat32, {"length", "batch", size});
  g.output(g.op("LSTM", {x, g.weights({2, 4 * hidden, size}), g.weights({2, 4 * hidden, hidden})},
                {{"direction", std::string("bidirectional")}, {"hidden_size", hidden}}, 14));
  runtime::Input<float> data{{9, 5, size}, std::vector<float>(9 * 5 * 33)};
  for (size_t i = 0; i < data.values.size(); ++i) data.values[i] = std::sin(static_cast<float>(i));
  std::vector<std::vector<float>> results;
  for (int threads : {1, 3}) {
    runtime::Runner runner(g.shared(), threads);
    const auto made = runner.run(std::vector{data.view(DType::kFloat32)});
    ASSERT_TRUE(made.ok()) << made.message();
    results.push_back(runtime::elements<float>((*made)[0]));
  }
  EXPECT_EQ(results[0], results[1]);
}

}  // namespace
}  // namespace inlay::test
