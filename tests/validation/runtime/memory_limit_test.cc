// Runs under a ceiling on memory: they fail in one line, and leave nothing behind.
#include <gtest/gtest.h>

#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

constexpr int64_t kWidth = 256;

// y = x w, with w of kWidth by kWidth packed in front of the first run.
std::shared_ptr<Graph> product() {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n", kWidth});
  m.graph().outputs = {m.op("MatMul", {x, m.weights({kWidth, kWidth})})};
  return m.shared();
}

Result<std::vector<OutputTensor>> run(Runner& runner, int64_t rows) {
  const Input<float> x = counting({rows, kWidth});
  return runner.run(std::vector{x.view(DType::kFloat32)});
}

TEST(MemoryLimit, OutputsCountUntilTheyAreFreed) {
  Runner runner(product(), 1, 1 << 20);
  for (int warm = 0; warm < 3; ++warm) ASSERT_TRUE(run(runner, 16).ok());
  const uint64_t idle = runner.budget().used();  // packed weights and kept slabs
  {
    const auto small = run(runner, 16);
    ASSERT_TRUE(small.ok()) << small.message();
    EXPECT_GE(runner.budget().used(), idle + 16 * kWidth * 4);
    const auto large = run(runner, 2048);
    ASSERT_FALSE(large.ok());
    EXPECT_EQ(large.code(), StatusCode::kOutOfMemory);
    EXPECT_NE(large.message().find("the memory limit is 1048576 bytes"), std::string_view::npos)
        << large.message();
    EXPECT_TRUE(run(runner, 16).ok());
  }
  EXPECT_LE(runner.budget().used(), idle);
}

TEST(MemoryLimit, PackedWeightsCount) {
  Runner runner(product(), 1, kWidth * kWidth * 4);
  EXPECT_FALSE(run(runner, 16).ok());
  EXPECT_EQ(runner.packed_bytes(), 0);
  EXPECT_EQ(runner.budget().used(), 0u);
}

// A loop that doubles what it carries until memory ends.
TEST(MemoryLimit, LoopsWithoutEndEnd) {
  GraphMaker m;
  GraphMaker body(m.graph().exprs);
  body.input("i", DType::kInt64, {});
  const ValueId go = body.input("go", DType::kBool, {});
  const ValueId carried = body.input("carried", DType::kFloat32, {"size"});
  body.graph().outputs = {body.op("Identity", {go}),
                          body.op("Concat", {carried, carried}, {{"axis", int64_t{0}}})};
  const ValueId x = m.input("x", DType::kFloat32, {"n"});
  m.graph().outputs = {m.op("Loop", {kNoValue, kNoValue, x}, {{"body", body.shared()}})};
  Runner runner(m.shared(), 1, 1 << 20);
  const Input<float> data = counting({64});
  const auto endless = runner.run(std::vector{data.view(DType::kFloat32)});
  ASSERT_FALSE(endless.ok());
  EXPECT_EQ(endless.code(), StatusCode::kOutOfMemory) << endless.message();
  EXPECT_LE(runner.budget().used(), uint64_t{1} << 20);
}

}  // namespace
}  // namespace inlay::runtime
