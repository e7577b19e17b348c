// Quantized operators and narrow types where ONNX's node tests do not look. Numbers are worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/graph_maker.h"
#include "ops/evaluate.h"

namespace inlay::test {
namespace {

using graph::TensorRef;

template <class T>
TensorRef tensor(DType dtype, std::vector<int64_t> shape, const std::vector<T>& values) {
  return graph::make_tensor(dtype, std::move(shape), values);
}
TensorRef floats(std::vector<int64_t> shape, const std::vector<float>& values) {
  return tensor(DType::kFloat32, std::move(shape), values);
}

Result<std::vector<TensorRef>> run(const std::string& op, const std::vector<TensorRef>& inputs,
                                   GraphMaker::Attributes attributes = {}, int version = 25,
                                   size_t outputs = 1) {
  GraphMaker g;
  std::vector<ValueId> ids;
  for (const TensorRef& input : inputs)
    ids.push_back(input ? g.graph().add_constant("c", input) : kNoValue);
  for (ValueId id : g.ops(op, ids, outputs, std::move(attributes), version)) g.output(id);
  INLAY_TRY(g.infer());
  return ops::evaluate(g.graph(), g.graph().node(0), inputs);
}

template <class T>
std::vector<T> elements(const Result<std::vector<TensorRef>>& result, size_t output = 0) {
  EXPECT_TRUE(result.ok()) << result.message();
  if (!result.ok()) return {};
  const TensorRef& made = (*result)[output];
  return {made->as<T>(), made->as<T>() + made->count()};
}

GraphMaker::Attributes to(DType dtype) { return {{"to", static_cast<int64_t>(dtype)}}; }

TEST(NarrowCasts, IntegersLoseTheirHighBits) {
  const auto x = tensor<int32_t>(DType::kInt32, {4}, {7, 8, -9, 300});
  EXPECT_EQ(elements<int8_t>(run("Cast", {x}, to(DType::kInt4))),
            (std::vector<int8_t>{7, -8, 7, -4}));
  EXPECT_EQ(elements<uint8_t>(run("Cast", {x}, to(DType::kUint4))),
            (std::vector<uint8_t>{7, 8, 7, 12}));
  EXPECT_EQ(elements<int8_t>(run("Cast", {x}, to(DType::kInt2))),
            (std::vector<int8_t>{-1, 0, -1, 0}));
}

TEST(NarrowCasts, FromOneNarrowTypeToAnother) {
  const auto x = tensor<uint8_t>(DType::kFloat8e4m3fn, {5}, {0x38, 0xB8, 0x7E, 0x01, 0x80});
  EXPECT_EQ(elements<uint8_t>(run("Cast", {x}, to(DType::kFloat8e5m2))),
            (std::vector<uint8_t>{0x3C, 0xBC, 0x5F, 0x18, 0x80}));
  EXPECT_EQ(elements<int8_t>(run("Cast", {x}, to(DType::kInt4))),
            (std::vector<int8_t>{1, -1, 0, 0, 0}));
  EXPECT_EQ(elements<uint8_t>(run("Cast", {x}, to(DType::kBool))),
            (std::vector<uint8_t>{1, 1, 1, 1, 0}));
}

TEST(NarrowCasts, MoreElementsThanAPieceHas) {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(i % 16 - 8));
  const auto narrow = run("Cast", {floats({10, 100}, values)}, to(DType::kInt4));
  ASSERT_TRUE(narrow.ok()) << narrow.message();
  EXPECT_EQ(elements<float>(run("Cast", {(*narrow)[0]}, to(DType::kFloat32))), values);
}

TEST(NarrowCasts, AnUnknownRoundingIsNamed) {
  GraphMaker::Attributes attributes = to(DType::kFloat8e8m0);
  attributes.emplace("round_mode", std::string("sideways"));
  const auto result = run("Cast", {floats({1}, {1})}, attributes);
  EXPECT_NE(result.message().find("round_mode: expected up, down or nearest, found \"sideways\""),
            std::string_view::npos)
      << result.message();
}

TEST(BitCast, TypesOfAsManyBits) {
  const auto x = tensor<int8_t>(DType::kInt4, {2}, {-1, 7});
  EXPECT_EQ(elements<uint8_t>(run("BitCast", {x}, to(DType::kUint4), 26)),
            (std::vector<uint8_t>{15, 7}));
  EXPECT_EQ(elements<int32_t>(run("BitCast", {floats({2}, {1, -2})}, to(DType::kInt32), 26)),
            (std::vector<int32_t>{0x3F800000, INT32_MIN | 0x40000000}));
  const auto wrong = run("BitCast", {x}, to(DType::kUint8), 26);
  EXPECT_NE(wrong.message().find("expected types of as many bits, found int4 (4) and uint8 (8)"),
            std::string_view::npos)
      << wrong.message();
}

TEST(QuantizeLinear, TiesRangesAndNan) {
  const auto x = floats({8}, {0.5f, 1.5f, -0.5f, 127.5f, 128.5f, 1e30f, -1e30f, NAN});
  const auto zero = tensor<int8_t>(DType::kInt8, {}, {1});
  EXPECT_EQ(elements<int8_t>(run("QuantizeLinear", {x, floats({}, {1}), zero})),
            (std::vector<int8_t>{1, 3, 1, 127, 127, 127, -128, -128}));
}

TEST(QuantizeLinear, AlongTheFirstAxisAndTheLast) {
  const auto x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(
      elements<uint8_t>(run("QuantizeLinear", {x, floats({2}, {1, 2})}, {{"axis", int64_t{0}}})),
      (std::vector<uint8_t>{1, 2, 3, 2, 2, 3}));
  EXPECT_EQ(elements<uint8_t>(
                run("QuantizeLinear", {x, floats({3}, {1, 2, 3})}, {{"axis", int64_t{-1}}})),
            (std::vector<uint8_t>{1, 1, 1, 4, 2, 2}));
}

TEST(QuantizeLinear, BlocksWhoseLastIsShort) {
  const GraphMaker::Attributes blocks = {{"axis", int64_t{1}}, {"block_size", int64_t{2}}};
  const auto x = floats({1, 5}, {2, 4, 6, 8, 10});
  const auto y = run("QuantizeLinear", {x, floats({1, 3}, {1, 2, 5})}, blocks);
  EXPECT_EQ(elements<uint8_t>(y), (std::vector<uint8_t>{2, 4, 3, 4, 2}));
  const auto back = run("DequantizeLinear", {(*y)[0], floats({1, 3}, {1, 2, 5})}, blocks);
  EXPECT_EQ(elements<float>(back), (std::vector<float>{2, 4, 6, 8, 10}));
  const auto wrong = run("QuantizeLinear", {x, floats({1, 2}, {1, 2})}, blocks);
  EXPECT_NE(wrong.message().find("blocks of scales"), std::string_view::npos) << wrong.message();
}

TEST(QuantizeLinear, ZeroSizes) {
  const auto y = run("QuantizeLinear", {floats({0, 3}, {}), floats({}, {1})});
  EXPECT_TRUE(elements<uint8_t>(y).empty());
}

TEST(DynamicQuantizeLinear, ExtremesAlwaysHoldZero) {
  const auto up = run("DynamicQuantizeLinear", {floats({3}, {1, 2, 5.1f})}, {}, 17, 3);
  EXPECT_EQ(elements<uint8_t>(up), (std::vector<uint8_t>{50, 100, 255}));
  EXPECT_EQ(elements<uint8_t>(up, 2), (std::vector<uint8_t>{0}));
  const auto down = run("DynamicQuantizeLinear", {floats({2}, {-5.1f, -1})}, {}, 17, 3);
  EXPECT_EQ(elements<uint8_t>(down), (std::vector<uint8_t>{0, 205}));
  EXPECT_EQ(elements<uint8_t>(down, 2), (std::vector<uint8_t>{255}));
  const auto zeros = run("DynamicQuantizeLinear", {floats({2}, {0, 0})}, {}, 17, 3);
  EXPECT_EQ(elements<float>(zeros, 1), (std::vector<float>{1}));
}

TEST(MatMulInteger, SignsAndZeroPointsOfRowsAndColumns) {
  const auto a = tensor<int8_t>(DType::kInt8, {2, 2}, {-128, 127, 3, -4});
  const auto b = tensor<uint8_t>(DType::kUint8, {2, 3}, {255, 0, 1, 2, 3, 200});
  const auto a_zero = tensor<int8_t>(DType::kInt8, {2}, {-1, 5});
  const auto b_zero = tensor<uint8_t>(DType::kUint8, {3}, {128, 0, 7});
  // (-127, 128) and (-2, -9) times (127, 0, -6), (-126, 3, 193).
  EXPECT_EQ(elements<int32_t>(run("MatMulInteger", {a, b, a_zero, b_zero})),
            (std::vector<int32_t>{-32257, 384, 25466, 880, -27, -1725}));
}

TEST(MatMulInteger, BatchesOnBothSides) {
  const auto a = tensor<uint8_t>(DType::kUint8, {2, 1, 1, 2}, {1, 2, 3, 4});
  const auto b = tensor<int8_t>(DType::kInt8, {3, 2, 1}, {1, 1, -1, 0, 2, -3});
  EXPECT_EQ(elements<int32_t>(run("MatMulInteger", {a, b})),
            (std::vector<int32_t>{3, -1, -4, 7, -3, -6}));
}

// Too few zero points or scales would be read beyond their end.
TEST(MatMulInteger, ZeroPointsAreOneOrAsManyAsColumns) {
  const auto a = tensor<uint8_t>(DType::kUint8, {1, 2}, {1, 2});
  const auto b = tensor<uint8_t>(DType::kUint8, {2, 3}, {1, 2, 3, 4, 5, 6});
  const auto zeros = tensor<uint8_t>(DType::kUint8, {2}, {1, 2});
  const auto result = run("MatMulInteger", {a, b, nullptr, zeros});
  EXPECT_NE(result.message().find("zero points of columns"), std::string_view::npos)
      << result.message();
  const auto one = tensor<uint8_t>(DType::kUint8, {}, {1});
  const auto scaled = run("QLinearMatMul", {a, floats({}, {1}), one, b, floats({2}, {1, 2}), one,
                                            floats({}, {1}), one});
  EXPECT_NE(scaled.message().find("scales of columns"), std::string_view::npos) << scaled.message();
}

TEST(ConvInteger, ZeroPointsAndScalesAreOneOrAsManyAsFilters) {
  const auto x = tensor<uint8_t>(DType::kUint8, {1, 1, 3}, {1, 2, 3});
  const auto w = tensor<uint8_t>(DType::kUint8, {3, 1, 1}, {1, 2, 3});
  const auto zeros = tensor<uint8_t>(DType::kUint8, {2}, {1, 2});
  const auto one = tensor<uint8_t>(DType::kUint8, {}, {1});
  const auto result = run("ConvInteger", {x, w, one, zeros});
  EXPECT_NE(result.message().find("zero points of filters"), std::string_view::npos)
      << result.message();
  const auto scaled = run(
      "QLinearConv", {x, floats({}, {1}), one, w, floats({2}, {1, 2}), one, floats({}, {1}), one});
  EXPECT_NE(scaled.message().find("scales of filters"), std::string_view::npos) << scaled.message();
}

TEST(MatMulInteger, NothingToSum) {
  const auto a = tensor<uint8_t>(DType::kUint8, {2, 0}, {});
  const auto b = tensor<int8_t>(DType::kInt8, {0, 2}, {});
  EXPECT_EQ(elements<int32_t>(run("MatMulInteger", {a, b})), (std::vector<int32_t>{0, 0, 0, 0}));
}

TEST(ConvInteger, GroupsStridesAndZeroPointsInThePadding) {
  const auto x = tensor<uint8_t>(DType::kUint8, {1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
  const auto w = tensor<int8_t>(DType::kInt8, {2, 1, 3}, {1, 2, 3, -1, 0, 1});
  const auto zero = tensor<uint8_t>(DType::kUint8, {}, {2});
  const GraphMaker::Attributes attributes = {{"group", int64_t{2}},
                                             {"pads", std::vector<int64_t>{1, 1}},
                                             {"strides", std::vector<int64_t>{2}}};
  // Less the zero point: (-1, 0, 1, 2) and (3, 4, 5, 6), zeros around them.
  EXPECT_EQ(elements<int32_t>(run("ConvInteger", {x, w, zero}, attributes)),
            (std::vector<int32_t>{-2, 8, 4, 2}));
}

TEST(QLinearConv, AFilterForEachOfSeventeenChannels) {
  std::vector<uint8_t> x(17 * 2), expected(17);
  std::vector<int8_t> w(17 * 2);
  std::vector<int32_t> bias(17);
  for (size_t c = 0; c < 17; ++c) {
    x[2 * c] = static_cast<uint8_t>(100 + c), x[2 * c + 1] = 255;
    w[2 * c] = static_cast<int8_t>(c), w[2 * c + 1] = -128;
    bias[c] = static_cast<int32_t>(10 * c);
    // Less the zero points 100 and 1: c (c - 1) + 155 * -129, plus the bias, times 1/128, plus 200.
    const auto n = static_cast<double>(c);
    expected[c] =
        static_cast<uint8_t>(std::nearbyint((n * (n - 1) - 155 * 129 + 10 * n) / 128) + 200);
  }
  const auto one = [](uint8_t value) { return tensor<uint8_t>(DType::kUint8, {}, {value}); };
  const std::vector<TensorRef> inputs = {tensor<uint8_t>(DType::kUint8, {1, 17, 2}, x),
                                         floats({}, {0.5f}),
                                         one(100),
                                         tensor<int8_t>(DType::kInt8, {17, 1, 2}, w),
                                         floats({}, {0.25f}),
                                         tensor<int8_t>(DType::kInt8, {}, {1}),
                                         floats({}, {16}),
                                         one(200),
                                         tensor<int32_t>(DType::kInt32, {17}, bias)};
  EXPECT_EQ(elements<uint8_t>(run("QLinearConv", inputs, {{"group", int64_t{17}}})), expected);
}

TEST(IntegerLinear, ScalesBiasAndActivation) {
  const auto a = tensor<uint8_t>(DType::kUint8, {1, 2}, {130, 120});
  const auto b = tensor<int8_t>(DType::kInt8, {2, 2}, {1, -2, 3, 4});
  const auto zero = tensor<uint8_t>(DType::kUint8, {}, {128});
  const std::vector<TensorRef> inputs = {a,    b,       floats({}, {0.5f}),   floats({2}, {2, 1}),
                                         zero, nullptr, floats({2}, {10, 20})};
  // (2, -8) · columns: -22 and -36.
  EXPECT_EQ(elements<float>(run("inlay.IntegerLinear", inputs)), (std::vector<float>{-12, 2}));
  EXPECT_EQ(
      elements<float>(run("inlay.IntegerLinear", inputs, {{"activation", std::string("relu")}})),
      (std::vector<float>{0, 2}));
}

}  // namespace
}  // namespace inlay::test
