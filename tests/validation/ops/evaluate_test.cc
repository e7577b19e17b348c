// Single nodes on constants, where ONNX's node tests do not look: wrapping, errors by data, half
// floats.
#include <cmath>

#include "ops/single_node.h"

namespace inlay::test {
namespace {

TEST(Evaluate, IntegersWrapAround) {
  const auto big = tensor<int32_t>(DType::kInt32, {2}, {INT32_MAX, INT32_MIN});
  const auto one = tensor<int32_t>(DType::kInt32, {}, {1});
  EXPECT_EQ(elements<int32_t>(run("Add", {big, one})),
            (std::vector<int32_t>{INT32_MIN, INT32_MIN + 1}));
  EXPECT_EQ(elements<int32_t>(run("Neg", {big})), (std::vector<int32_t>{-INT32_MAX, INT32_MIN}));
}

TEST(Evaluate, IntegerDivisionNeverTraps) {
  const auto a = tensor<int64_t>(DType::kInt64, {4}, {7, -7, INT64_MIN, 5});
  const auto b = tensor<int64_t>(DType::kInt64, {4}, {2, 2, -1, 0});
  EXPECT_EQ(elements<int64_t>(run("Div", {a, b})), (std::vector<int64_t>{3, -3, INT64_MIN, 0}));
  EXPECT_EQ(elements<int64_t>(run("Mod", {a, b})), (std::vector<int64_t>{1, 1, 0, 0}));
}

TEST(Evaluate, GatherNamesTheIndexThatIsOutside) {
  const auto data = tensor<float>(DType::kFloat32, {3}, {1, 2, 3});
  const auto good = tensor<int64_t>(DType::kInt64, {2}, {-3, 2});
  const auto bad = tensor<int64_t>(DType::kInt64, {2}, {0, 3});
  EXPECT_EQ(elements<float>(run("Gather", {data, good})), (std::vector<float>{1, 3}));
  const auto failed = run("Gather", {data, bad});
  EXPECT_FALSE(failed.ok());
  EXPECT_NE(failed.message().find("index 3 at position 1"), std::string_view::npos)
      << failed.message();
}

TEST(Evaluate, ViewsOfViews) {
  const auto x = tensor<float>(DType::kFloat32, {2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(elements<float>(run("Transpose", {x})), (std::vector<float>{0, 3, 1, 4, 2, 5}));
  const auto starts = tensor<int64_t>(DType::kInt64, {2}, {-1, 2});
  const auto ends = tensor<int64_t>(DType::kInt64, {2}, {INT64_MIN, INT64_MIN});
  const auto axes = tensor<int64_t>(DType::kInt64, {2}, {0, 1});
  const auto steps = tensor<int64_t>(DType::kInt64, {2}, {-1, -2});
  EXPECT_EQ(elements<float>(run("Slice", {x, starts, ends, axes, steps})),
            (std::vector<float>{5, 3, 2, 0}));
}

TEST(Evaluate, BroadcastsBothWays) {
  const auto column = tensor<float>(DType::kFloat32, {3, 1}, {1, 2, 3});
  const auto row = tensor<float>(DType::kFloat32, {1, 2}, {10, 20});
  EXPECT_EQ(elements<float>(run("Add", {column, row})),
            (std::vector<float>{11, 21, 12, 22, 13, 23}));
}

TEST(Evaluate, MatricesWithBatchesThatBroadcast) {
  const auto a = tensor<float>(DType::kFloat32, {2, 1, 1, 2}, {1, 2, 3, 4});
  const auto b = tensor<float>(DType::kFloat32, {3, 2, 1}, {1, 0, 0, 1, 1, 1});
  EXPECT_EQ(elements<float>(run("MatMul", {a, b})), (std::vector<float>{1, 2, 3, 3, 4, 7}));
}

TEST(Evaluate, ReductionsOverNothingAndOverAll) {
  const auto empty = tensor<float>(DType::kFloat32, {0, 2}, {});
  const auto axis = tensor<int64_t>(DType::kInt64, {1}, {0});
  EXPECT_EQ(elements<float>(run("ReduceSum", {empty, axis})), (std::vector<float>{0, 0}));
  const auto x = tensor<int32_t>(DType::kInt32, {2, 2}, {1, -2, 3, 4});
  EXPECT_EQ(elements<int32_t>(run("ReduceMax", {x})), (std::vector<int32_t>{4}));
}

}  // namespace
}  // namespace inlay::test
