// Weights are packed when they are needed for the second time; what a run gives must not show it.
#include <thread>

#include "graphs.h"

namespace inlay::runtime {
namespace {

std::vector<float> wavy(int64_t count) {
  std::vector<float> out(static_cast<size_t>(count));
  for (size_t i = 0; i < out.size(); ++i) out[i] = 0.01f * static_cast<float>(i * 37 % 101) - 0.5f;
  return out;
}

// residual + gelu(x [a b] + [bias 0]), whose columns fill no panel.
struct Product {
  static constexpr int64_t kK = 37, kA = 500, kB = 77;

  Product() {
    const auto rows = "rows";
    const ValueId x = maker.input("x", DType::kFloat32, {rows, kK});
    const ValueId residual = maker.input("residual", DType::kFloat32, {rows, kA + kB});
    const ValueId a = maker.reals({kA, kK}, wavy(kA * kK)),
                  b = maker.reals({kB, kK}, wavy(kB * kK));
    const ValueId bias = maker.reals({kA}, wavy(kA));
    maker.graph().outputs = {maker.op("inlay.Linear", {x, residual, a, bias, b, kNoValue},
                                      {{"transposed", int64_t{1}}, {"activation", "gelu"}})};
  }

  static std::vector<float> run(Runner& runner, int64_t rows) {
    const Input<float> x{{rows, kK}, wavy(rows * kK)};
    const Input<float> residual{{rows, kA + kB}, wavy(rows * (kA + kB))};
    const std::vector<TensorView> inputs = {x.view(DType::kFloat32),
                                            residual.view(DType::kFloat32)};
    auto outputs = runner.run(inputs);
    EXPECT_TRUE(outputs.ok()) << outputs.message();
    return outputs.ok() ? elements<float>((*outputs)[0]) : std::vector<float>();
  }

  GraphMaker maker;
};

TEST(PackStore, TheFirstRunIsEqualToTheBit) {
  for (const int threads : {1, 3}) {
    for (const int64_t rows : {1, 5, 15, 70}) {
      Runner runner(Product().maker.shared(), threads);
      const std::vector<float> unpacked = Product::run(runner, rows);
      EXPECT_LT(runner.packed_bytes(), Product::kA * Product::kK * 4) << "packed at once";
      const std::vector<float> packed = Product::run(runner, rows);
      EXPECT_GE(runner.packed_bytes(), Product::kA * Product::kK * 4) << "not packed";
      EXPECT_EQ(unpacked, packed) << rows << " rows, " << threads << " threads";
    }
  }
}

TEST(PackStore, ThreadsThatNeedOneEntryAtOnceAgree) {
  for (int round = 0; round < 20; ++round) {
    Runner runner(Product().maker.shared());
    std::vector<std::vector<float>> found(4);
    std::vector<std::thread> threads;
    for (auto& mine : found) threads.emplace_back([&] { mine = Product::run(runner, 3); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& other : found) EXPECT_EQ(other, found[0]);
  }
}

TEST(PackStore, EmptyWeightsArePackedToo) {
  GraphMaker maker;
  const ValueId x = maker.input("x", DType::kFloat32, {"rows", 4});
  maker.graph().outputs = {
      maker.op("inlay.Linear", {x, kNoValue, maker.reals({4, 0}, {}), kNoValue})};
  Runner runner(maker.shared());
  const Input<float> rows = counting({2, 4});
  for (int i = 0; i < 3; ++i) {
    auto outputs = runner.run(std::vector<TensorView>{rows.view(DType::kFloat32)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    EXPECT_EQ((*outputs)[0].shape, (std::vector<int64_t>{2, 0}));
  }
}

}  // namespace
}  // namespace inlay::runtime
