// The first versions of operators, which are made of later ones.
#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

using graph::DType;
using Attributes = GraphMaker::Attributes;

struct Operand {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

// The first output of an operator's version over constants that come as inputs.
Result<OutputTensor> run_old(const std::string& op, int version,
                             const std::vector<Operand>& operands, Attributes attributes = {},
                             size_t output = 0) {
  GraphMaker g;
  std::vector<ValueId> ids;
  for (const Operand& operand : operands) {
    const std::vector<GraphMaker::Size> sizes(operand.shape.begin(), operand.shape.end());
    ids.push_back(g.input(format("x{}", ids.size()), DType::kFloat32, sizes));
  }
  g.output(g.ops(op, ids, output + 1, std::move(attributes), version)[output]);
  INLAY_TRY(prepare(g.graph(), false));
  Runner runner(g.shared());
  std::vector<Input<float>> inputs;
  for (const Operand& operand : operands) inputs.push_back({operand.shape, operand.values});
  std::vector<TensorView> views;
  for (const Input<float>& input : inputs) views.push_back(input.view(DType::kFloat32));
  INLAY_ASSIGN(auto outputs, runner.run(views));
  return std::move(outputs[0]);
}

template <class T = float>
std::vector<T> found(const Result<OutputTensor>& result) {
  EXPECT_TRUE(result.ok()) << result.message();
  return result.ok() ? elements<T>(*result) : std::vector<T>();
}

using Floats = std::vector<float>;
using Shape = std::vector<int64_t>;

const Operand kSquare = {{2, 2}, {1, 2, 3, 4}}, kPair = {{2}, {10, 20}};

TEST(OldVersions, BroadcastFromAnAxis) {
  const auto add = [](int64_t axis) {
    return found(run_old("Add", 6, {kSquare, kPair}, {{"broadcast", int64_t{1}}, {"axis", axis}}));
  };
  EXPECT_EQ(add(0), (Floats{11, 12, 23, 24}));
  EXPECT_EQ(add(1), (Floats{11, 22, 13, 24}));
  EXPECT_EQ(add(-2), (Floats{11, 12, 23, 24}));
  EXPECT_EQ(found(run_old("Mul", 1, {kSquare, kPair}, {{"broadcast", int64_t{1}}})),
            (Floats{10, 40, 30, 80}));
  EXPECT_EQ(found(run_old("Pow", 1, {kSquare, {{}, {2}}}, {{"broadcast", int64_t{1}}})),
            (Floats{1, 4, 9, 16}));
  EXPECT_EQ(found<bool>(run_old("Greater", 1, {kSquare, {{2}, {1.5f, 3.5f}}},
                                {{"broadcast", int64_t{1}}, {"axis", int64_t{0}}})),
            (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ(found(run_old("Add", 7, {kSquare, kPair})), (Floats{11, 22, 13, 24}));
}

TEST(OldVersions, BroadcastOnlyWhenAsked) {
  const auto refused = run_old("Add", 6, {kSquare, kPair});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.message().find("or broadcast = 1, found 2 and 1 dimensions"),
            std::string_view::npos)
      << refused.message();
  EXPECT_FALSE(
      run_old("Add", 6, {kSquare, kPair}, {{"broadcast", int64_t{1}}, {"axis", int64_t{3}}}).ok());
}

TEST(OldVersions, SlopesOfPReluAreChannels) {
  const Operand x = {{1, 2, 2}, {-1, 1, -1, 1}}, slope = {{2}, {2, 3}};
  EXPECT_EQ(found(run_old("PRelu", 6, {x, slope})), (Floats{-2, 1, -3, 1}));
  EXPECT_EQ(found(run_old("PRelu", 9, {x, slope})), (Floats{-2, 1, -2, 1}));
}

TEST(OldVersions, InputsThatWereAttributes) {
  const Operand row = {{1, 3}, {3, 1, 2}};
  EXPECT_EQ(
      found<int32_t>(run_old("Cast", 1, {{{2}, {1.5f, -1.5f}}}, {{"to", std::string("INT32")}})),
      (std::vector<int32_t>{1, -1}));
  EXPECT_FALSE(run_old("Cast", 1, {row}, {{"to", std::string("INT33")}}).ok());
  for (const auto& [version, key] : {std::pair{1, "paddings"}, {2, "pads"}})
    EXPECT_EQ(found(run_old("Pad", version, {row}, {{key, Shape{0, 1, 0, 0}}, {"value", 5.0f}})),
              (Floats{5, 3, 1, 2}));
  EXPECT_FALSE(run_old("Pad", 2, {row}).ok());
  const auto reshaped = run_old("Reshape", 1, {row}, {{"shape", Shape{3, -1}}});
  EXPECT_EQ(found(reshaped), (Floats{3, 1, 2}));
  EXPECT_EQ(reshaped->shape, (Shape{3, 1}));
  EXPECT_EQ(found(run_old("Tile", 1, {row, {{}, {2}}, {{1}, {1}}})), (Floats{3, 1, 2, 3, 1, 2}));
  EXPECT_EQ(found(run_old("TopK", 1, {row}, {{"k", int64_t{2}}})), (Floats{3, 2}));
  EXPECT_EQ(found<int64_t>(run_old("TopK", 1, {row}, {{"k", int64_t{2}}}, 1)),
            (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(found(run_old("Upsample", 1, {{{1, 1, 1, 2}, {1, 2}}},
                          {{"height_scale", 1.0f}, {"width_scale", 2.0f}})),
            (Floats{1, 1, 2, 2}));
  EXPECT_EQ(
      found(run_old("LpPool", 1, {{{1, 1, 2}, {3, 4}}}, {{"kernel_shape", Shape{2}}, {"p", 2.0f}})),
      (Floats{5}));
}

TEST(OldVersions, BatchNormalizationTrainsUnlessTold) {
  const Operand x = {{2, 1}, {1, 3}}, scale = {{1}, {2}}, bias = {{1}, {1}}, mean = {{1}, {5}},
                variance = {{1}, {4}};
  const std::vector<Operand> operands = {x, scale, bias, mean, variance};
  EXPECT_EQ(found(run_old("BatchNormalization", 6, operands, {{"epsilon", 0.0f}})),
            (Floats{-1, 3}));
  EXPECT_EQ(found(run_old("BatchNormalization", 6, operands,
                          {{"epsilon", 0.0f}, {"is_test", int64_t{1}}})),
            (Floats{-3, -1}));
  EXPECT_EQ(found(run_old("BatchNormalization", 7, operands, {{"epsilon", 0.0f}})),
            (Floats{-3, -1}));
  // The running mean: 5 · 0.9 + 2 · 0.1.
  EXPECT_EQ(found(run_old("BatchNormalization", 7, operands, {{"epsilon", 0.0f}}, 1)),
            (Floats{4.7f}));
  EXPECT_FALSE(run_old("BatchNormalization", 7, operands, {}, 3).ok());
}

TEST(OldVersions, BatchNormalizationOfEveryElement) {
  const Operand x = {{2, 1, 2}, {1, 2, 3, 4}}, ones = {{1, 2}, {1, 1}}, zeros = {{1, 2}, {0, 0}},
                mean = {{1, 2}, {1, 2}}, variance = {{1, 2}, {1, 4}};
  const Attributes attributes = {{"spatial", int64_t{0}}, {"epsilon", 0.0f}};
  EXPECT_EQ(found(run_old("BatchNormalization", 7, {x, ones, zeros, mean, variance}, attributes)),
            (Floats{0, 0, 2, 1}));
  EXPECT_FALSE(run_old("BatchNormalization", 6, {x, ones, zeros, mean, variance}, attributes).ok());
}

TEST(OldVersions, DropoutIsACopyInTests) {
  EXPECT_EQ(found(run_old("Dropout", 6, {kSquare}, {{"is_test", int64_t{1}}})), kSquare.values);
  EXPECT_FALSE(run_old("Dropout", 6, {kSquare}, {{"is_test", int64_t{1}}}, 1).ok());
  for (float y : found(run_old("Dropout", 6, {{{64}, Floats(64, 1.0f)}}, {{"ratio", 0.75f}})))
    EXPECT_TRUE(y == 0 || y == 4) << y;
  for (float kept : found(run_old("Dropout", 1, {{{64}, Floats(64, 1.0f)}}, {}, 1)))
    EXPECT_TRUE(kept == 0 || kept == 1) << kept;
}

TEST(OldVersions, TensorflowsHalfPixelIsNoIdentity) {
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {1, 3});
  const ValueId scales = g.reals({2}, {1, 1});
  g.output(g.op("Resize", {x, kNoValue, scales},
                {{"coordinate_transformation_mode", std::string("tf_half_pixel_for_nn")},
                 {"mode", std::string("linear")}},
                11));
  Runner runner(g.shared());
  const Input<float> input{{1, 3}, {1, 2, 4}};
  const auto outputs = runner.run(std::vector{input.view(DType::kFloat32)});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_EQ(elements<float>((*outputs)[0]), (Floats{1.5f, 3, 4}));  // at 0.5, 1.5 and 2.5
}

}  // namespace
}  // namespace inlay::runtime
