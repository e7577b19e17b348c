// Operators over images where ONNX's node tests do not look: empty tensors, errors by data, sizes.
#include <gtest/gtest.h>

#include "graph/graph_maker.h"
#include "ops/evaluate.h"

namespace inlay::test {
namespace {

using Attributes = GraphMaker::Attributes;
using graph::TensorRef;
using List = std::vector<int64_t>;

TensorRef reals(std::vector<int64_t> shape, const std::vector<float>& values) {
  return graph::make_tensor(DType::kFloat32, std::move(shape), values);
}
TensorRef integers(std::vector<int64_t> shape, const std::vector<int64_t>& values) {
  return graph::make_tensor(DType::kInt64, std::move(shape), values);
}

ValueId add_input(GraphMaker& g, const graph::Tensor& tensor) {
  graph::Shape shape;
  for (int64_t size : tensor.shape) shape.push_back(g.graph().exprs->constant(size));
  return g.graph().add_input("x", {tensor.dtype, shape});
}

// Floats of a Conv are inputs, because constant weights are packed, which needs a session; others are constants.
Result<TensorRef> run(const std::string& op, const std::vector<TensorRef>& inputs,
                      Attributes attributes = {}, int version = 19) {
  GraphMaker g;
  std::vector<ValueId> ids;
  for (const TensorRef& input : inputs)
    ids.push_back(!input ? kNoValue
                  : input->dtype == DType::kFloat32 && op == "Conv"
                      ? add_input(g, *input)
                      : g.graph().add_constant("c", input));
  g.output(g.op(op, ids, std::move(attributes), version));
  INLAY_TRY(g.infer());
  INLAY_ASSIGN(std::vector<TensorRef> out, ops::evaluate(g.graph(), g.graph().node(0), inputs));
  return out[0];
}

std::vector<float> elements(const Result<TensorRef>& result) {
  EXPECT_TRUE(result.ok()) << result.message();
  if (!result.ok()) return {};
  return {(*result)->as<float>(), (*result)->as<float>() + (*result)->count()};
}

void expect_error(const Result<TensorRef>& result, std::string_view text) {
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.message().find(text), std::string_view::npos) << result.message();
}

TEST(Image, SizesAreSymbols) {
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"batch", 3, "height", "width"});
  const ValueId y = g.op("Conv", {x, g.weights({8, 3, 3, 3})},
                         {{"pads", List{1, 1, 1, 1}}, {"strides", List{1, 2}}});
  const ValueId z = g.op("MaxPool", {y}, {{"kernel_shape", List{2, 2}}, {"strides", List{2, 2}}});
  ASSERT_TRUE(g.infer().ok());
  EXPECT_EQ(g.shape(y), "[batch, 8, height, floor((width - 1) / (2)) + 1]");
  EXPECT_EQ(g.shape(z).substr(0, 11), "[batch, 8, ");
}

TEST(Image, ConvOverNothing) {
  const auto weights = reals({2, 1, 1, 1}, {1, 2});
  EXPECT_TRUE(elements(run("Conv", {reals({0, 1, 3, 3}, {}), weights})).empty());
  // No channels: the bias alone.
  EXPECT_EQ(
      elements(run("Conv", {reals({1, 0, 1, 2}, {}), reals({1, 0, 1, 1}, {}), reals({1}, {7})})),
      (std::vector<float>{7, 7}));
}

TEST(Image, ConvSaysWhatDoesNotFit) {
  const auto x = reals({1, 1, 2, 2}, {1, 2, 3, 4});
  expect_error(run("Conv", {x, reals({1, 2, 1, 1}, {1, 2})}), "channels");
  expect_error(run("Conv", {x, reals({1, 1, 1, 1}, {1})}, {{"strides", List{0, 1}}}), "strides");
  expect_error(run("Conv", {x, reals({1, 1, 1, 1}, {1})}, {{"auto_pad", std::string("SOME")}}),
               "unknown auto_pad");
  expect_error(run("Conv", {x, reals({1, 1, 5, 1}, {1, 1, 1, 1, 1})}), "window is larger");
}

TEST(Image, DepthwiseConvOfEveryStride) {
  // One row 1 … 9 in two channels; weights that tell taps apart.
  std::vector<float> row{1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::vector<float> both = row;
  both.insert(both.end(), row.begin(), row.end());
  const auto x = reals({1, 2, 9}, both);
  const auto weights = reals({2, 1, 2}, {1, 10, 100, 0});
  const auto strided = [&](int64_t stride, int64_t dilation) {
    return elements(
        run("Conv", {x, weights},
            {{"group", int64_t{2}}, {"strides", List{stride}}, {"dilations", List{dilation}}}));
  };
  EXPECT_EQ(strided(4, 1), (std::vector<float>{21, 65, 100, 500}));
  EXPECT_EQ(strided(3, 2), (std::vector<float>{31, 64, 97, 100, 400, 700}));
  EXPECT_EQ(strided(2, 5), (std::vector<float>{61, 83, 100, 300}));
}

TEST(Image, UnpoolChecksIndices) {
  const auto x = reals({1, 1, 1, 1}, {5});
  const Attributes window{{"kernel_shape", List{2, 2}}, {"strides", List{2, 2}}};
  EXPECT_EQ(elements(run("MaxUnpool", {x, integers({1, 1, 1, 1}, {2})}, window)),
            (std::vector<float>{0, 0, 5, 0}));
  expect_error(run("MaxUnpool", {x, integers({1, 1, 1, 1}, {4})}, window), "index 4");
}

TEST(Image, RoiAlignChecksBatchesAndSizes) {
  const auto x = reals({1, 1, 2, 2}, {1, 2, 3, 4});
  expect_error(run("RoiAlign", {x, reals({1, 4}, {0, 0, 1, 1}), integers({1}, {1})}), "index 1");
  expect_error(run("RoiAlign", {x, reals({1, 4}, {0, 0, 1e9f, 1}), integers({1}, {0})}),
               "expected at most 4096 samples");
}

TEST(Image, ResizeRoundsSizesAsFloatsDo) {
  GraphMaker g;
  const ValueId x = g.input("x", DType::kFloat32, {"n", 10});
  const ValueId y = g.op("Resize", {x, kNoValue, g.reals({2}, {2.0f, 0.7f})}, {}, 19);
  ASSERT_TRUE(g.infer().ok());
  EXPECT_EQ(g.shape(y), "[2 * n, 7]");
  expect_error(run("Resize", {reals({1}, {1}), nullptr, reals({1}, {-1})}), "expected scales");
}

TEST(Image, ResizeFromNothing) {
  expect_error(run("Resize", {reals({0}, {}), nullptr, nullptr, integers({1}, {3})}),
               "found 3 of 0");
  EXPECT_TRUE(
      elements(run("Resize", {reals({2}, {1, 2}), nullptr, nullptr, integers({1}, {0})})).empty());
}

std::vector<float> wave(int64_t count, int64_t seed) {
  std::vector<float> out;
  for (int64_t i = 0; i < count; ++i)
    out.push_back(static_cast<float>((i * 37 + seed * 11) % 29) / 8 - 1);
  return out;
}

// Many channels are computed side by side, few one by one: both must give the same.
void expect_same_by_channel(const std::string& op, int64_t channels, int64_t places,
                            const std::vector<TensorRef>& others, const Attributes& attributes) {
  const std::vector<float> x = wave(channels * 42, 1);
  std::vector<TensorRef> inputs{reals({1, channels, 6, 7}, x)};
  inputs.insert(inputs.end(), others.begin(), others.end());
  const std::vector<float> all = elements(run(op, inputs, attributes, 16));
  ASSERT_EQ(static_cast<int64_t>(all.size()), channels * places);
  for (int64_t c = 0; c < channels; ++c) {
    inputs[0] = reals({1, 1, 6, 7}, {x.begin() + c * 42, x.begin() + (c + 1) * 42});
    const std::vector<float> one = elements(run(op, inputs, attributes, 16));
    ASSERT_EQ(static_cast<int64_t>(one.size()), places);
    for (int64_t i = 0; i < places; ++i)
      EXPECT_NEAR(all[static_cast<size_t>(c * places + i)], one[static_cast<size_t>(i)], 1e-6)
          << op << " channel " << c << " at " << i;
  }
}

TEST(Image, SamplesOfManyChannelsAreThoseOfEach) {
  const auto grid = reals({1, 9, 10, 2}, wave(180, 2));
  for (const char* mode : {"bilinear", "nearest", "bicubic"})
    for (const char* padding : {"zeros", "border", "reflection"})
      expect_same_by_channel("GridSample", 19, 90, {grid},
                             {{"mode", std::string(mode)}, {"padding_mode", std::string(padding)}});
  const auto region = reals({1, 4}, {-1.5f, 0.5f, 6.5f, 5});
  for (int64_t samples : {0, 1, 3, 5})
    expect_same_by_channel(
        "RoiAlign", 11, 20, {region, integers({1}, {0})},
        {{"output_height", int64_t{4}}, {"output_width", int64_t{5}}, {"sampling_ratio", samples}});
}

// The axes of an image, of one with its channels last, and of a volume; numbers by hand.
TEST(Image, ResizeOfEveryLayout) {
  const auto resized = [](const std::vector<int64_t>& shape, const std::vector<float>& x,
                          const std::vector<float>& scales, const char* mode) {
    const auto axes = static_cast<int64_t>(scales.size());
    return elements(run("Resize", {reals(shape, x), nullptr, reals({axes}, scales)},
                        {{"mode", std::string(mode)},
                         {"nearest_mode", std::string("floor")},
                         {"coordinate_transformation_mode", std::string("asymmetric")}},
                        19));
  };
  const std::vector<float> x = {0, 4, 8, 16};
  using Expected = std::vector<float>;
  EXPECT_EQ(resized({2, 2}, x, {2, 2}, "linear"),
            (Expected{0, 2, 4, 4, 4, 7, 10, 10, 8, 12, 16, 16, 8, 12, 16, 16}));
  EXPECT_EQ(resized({2, 2}, x, {2, 2}, "nearest"),
            (Expected{0, 0, 4, 4, 0, 0, 4, 4, 8, 8, 16, 16, 8, 8, 16, 16}));
  EXPECT_EQ(resized({1, 2, 2}, x, {1, 2, 1}, "linear"), (Expected{0, 4, 4, 10, 8, 16, 8, 16}));
  EXPECT_EQ(resized({1, 2, 2}, x, {1, 2, 1}, "nearest"), (Expected{0, 4, 0, 4, 8, 16, 8, 16}));
  EXPECT_EQ(resized({2, 1, 2}, x, {2, 1, 1}, "linear"), (Expected{0, 4, 4, 10, 8, 16, 8, 16}));
  EXPECT_EQ(resized({2, 1, 2}, x, {1, 1, 2}, "linear"), (Expected{0, 2, 4, 4, 8, 12, 16, 16}));
  EXPECT_EQ(resized({2, 1, 2}, x, {2, 1, 2}, "linear"),
            (Expected{0, 2, 4, 4, 4, 7, 10, 10, 8, 12, 16, 16, 8, 12, 16, 16}));
  EXPECT_EQ(resized({2, 2}, x, {1, 1}, "linear"), x);
  EXPECT_EQ(resized({2, 2}, x, {1, 0.5f}, "linear"), (Expected{0, 8}));
}

TEST(Image, GridOfNumbersThatAreNone) {
  const float nan = __builtin_nanf(""), inf = __builtin_inff();
  const auto x = reals({1, 1, 2, 2}, {1, 2, 3, 4});
  const auto grid = reals({1, 1, 2, 2}, {nan, nan, inf, -inf});
  for (const char* padding : {"zeros", "border", "reflection"}) {
    const auto y =
        elements(run("GridSample", {x, grid}, {{"padding_mode", std::string(padding)}}, 16));
    ASSERT_EQ(y.size(), 2u);
    for (float element : y) EXPECT_TRUE(element >= 0 && element <= 4) << padding;
  }
}

}  // namespace
}  // namespace inlay::test
