// Which graphs over padded texts make_ragged() proves to keep texts apart, and which not.
#include "rewrite/make_ragged.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "../graph/graph_maker.h"
#include "rewrite/rewrite.h"

namespace inlay::test {
namespace {

constexpr int64_t kWidth = 8;

// An encoder of one layer over input_ids [batch, length], as rewrite() leaves it.
class MakeRagged : public testing::Test {
 protected:
  GraphMaker g;
  ValueId ids = g.input("input_ids", DType::kInt64, {"batch", "length"});
  ValueId mask = g.input("attention_mask", DType::kInt64, {"batch", "length"});
  ValueId words() { return g.op("Gather", {g.weights({50, kWidth}), ids}); }
  ValueId attend(ValueId x, ValueId bias) {
    return g.op("inlay.Attention", {x, x, x, bias},
                {{"heads", int64_t{2}}, {"scale", 0.5f}, {"causal", int64_t{0}}}, 1);
  }
  ValueId keys() { return g.op("Unsqueeze", {mask, g.integers({1, 2})}); }
  // (1 - mask) * lowest, over keys
  ValueId bias(float lowest = -10000) {
    const ValueId floats = cast(keys(), DType::kFloat32);
    return g.op("Mul", {g.op("Sub", {g.real(1), floats}), g.real(lowest)});
  }
  ValueId cast(ValueId x, DType to) {
    return g.op("Cast", {x}, {{"to", static_cast<int64_t>(to)}});
  }
  // -10000 for keys that do not stand before the end of their text.
  ValueId bias_of_lengths(ValueId lengths, int64_t first = 0) {
    const ValueId length = g.op("Gather", {g.op("Shape", {ids}), g.integer(1)});
    const ValueId places = g.op("Range", {g.integer(0), length, g.integer(1)});
    const ValueId moved = first == 0 ? places : g.op("Add", {places, g.integer(first)});
    const ValueId ends = g.op("Unsqueeze", {cast(lengths, DType::kInt64), g.integers({1})});
    const ValueId there = g.op("Unsqueeze", {g.op("Less", {moved, ends}), g.integers({1, 2})});
    return g.op("Where", {there, g.real(0), g.real(-10000)});
  }
  ValueId encoded() { return attend(words(), bias()); }
  // The mask as the hidden states have their sizes.
  ValueId mask_of_tokens() {
    return cast(g.op("Unsqueeze", {mask, g.integers({2})}), DType::kFloat32);
  }

  Result<rewrite::RaggedModel> made(ValueId out) {
    g.output(out);
    const std::shared_ptr<graph::Graph> graph = g.shared();
    EXPECT_TRUE(ops::infer(*graph).ok());
    return rewrite::make_ragged(*graph);
  }
  // The shape of the ragged graph's output, in words.
  std::string shape_of(ValueId out) {
    const auto model = made(out);
    if (!model.ok()) return std::string(model.message());
    const graph::Graph& ragged = *model->graph;
    std::string text;
    for (const Expr size : *ragged.value(ragged.outputs[0]).type.shape)
      text += (text.empty() ? "" : ", ") + ragged.exprs->text(size);
    return text;
  }
  std::string refusal(ValueId out) {
    const auto model = made(out);
    return std::string(model.ok() ? "none" : model.message());
  }
};

// ---- masks --------------------------------------------------------------------------------------

TEST_F(MakeRagged, AMaskThatIsAdded) { EXPECT_EQ(shape_of(encoded()), "tokens, 8"); }

TEST_F(MakeRagged, AMaskThatIsChosen) {
  const ValueId padded = g.op("Equal", {cast(keys(), DType::kFloat32), g.real(0)});
  EXPECT_EQ(shape_of(attend(words(), g.op("Where", {padded, g.real(-INFINITY), g.real(0)}))),
            "tokens, 8");
}

TEST_F(MakeRagged, AMaskOfKeysTimesOneOfQueries) {
  const ValueId along_keys = g.op("Unsqueeze", {mask, g.integers({1})});
  const ValueId along_queries = g.op("Unsqueeze", {mask, g.integers({2})});
  const ValueId both = cast(g.op("Mul", {along_keys, along_queries}), DType::kFloat32);
  const ValueId lowest = g.op("Mul", {g.op("Sub", {both, g.real(1)}), g.real(1e9f)});
  EXPECT_EQ(shape_of(attend(words(), g.op("Unsqueeze", {lowest, g.integers({1})}))), "tokens, 8");
}

// Lengths of texts from the mask, and keys before them: masks of com.microsoft.Attention.
TEST_F(MakeRagged, AMaskOfLengths) {
  const ValueId lengths =
      g.op("ReduceSum", {cast(mask, DType::kInt32), g.integers({1})}, {{"keepdims", int64_t{0}}});
  EXPECT_EQ(shape_of(attend(words(), bias_of_lengths(lengths))), "tokens, 8");
}

TEST_F(MakeRagged, RefusesLengthsThatAreNotThoseOfTheTexts) {
  const ValueId twice = g.op("Mul", {mask, g.integer(2)});
  const ValueId lengths = g.op("ReduceSum", {twice, g.integers({1})}, {{"keepdims", int64_t{0}}});
  EXPECT_NE(refusal(attend(words(), bias_of_lengths(lengths))).find("(Less)"), std::string::npos);
}

TEST_F(MakeRagged, RefusesLengthsThatBeginElsewhere) {
  const ValueId lengths = g.op("ReduceSum", {mask, g.integers({1})}, {{"keepdims", int64_t{0}}});
  EXPECT_NE(refusal(attend(words(), bias_of_lengths(lengths, 1))).find("(Less)"),
            std::string::npos);
}

// com.microsoft.Attention with each mask, as inference expands and rewrite() fuses it.
TEST_F(MakeRagged, FusedAttentionWithAMaskOfLengthsOrKeys) {
  for (const bool of_lengths : {false, true}) {
    GraphMaker fused;
    const ValueId tokens = fused.input("input_ids", DType::kInt32, {"batch", "length"});
    const ValueId keys = fused.input("attention_mask", DType::kInt32, {"batch", "length"});
    const ValueId x = fused.op("Gather", {fused.weights({50, kWidth}), tokens});
    const ValueId given =
        of_lengths ? fused.op("ReduceSum", {keys, fused.integers({1})}, {{"keepdims", int64_t{0}}})
                   : keys;
    fused.output(
        fused.op("com.microsoft.Attention",
                 {x, fused.weights({kWidth, 3 * kWidth}), fused.weights({3 * kWidth}), given},
                 {{"num_heads", int64_t{2}}}));
    const std::shared_ptr<graph::Graph> graph = fused.shared();
    ASSERT_TRUE(ops::infer(*graph).ok());
    ASSERT_TRUE(rewrite::rewrite(*graph).ok());
    EXPECT_EQ(fused.count("Attention", "inlay"), 1);
    const auto model = rewrite::make_ragged(*graph);
    ASSERT_TRUE(model.ok()) << model.message();
    EXPECT_EQ(model->masks, std::vector<std::string>{"attention_mask"});
  }
}

TEST_F(MakeRagged, NoMaskAtAll) {
  GraphMaker plain;
  const ValueId in = plain.input("input_ids", DType::kInt64, {"batch", "length"});
  const ValueId x = plain.op("Gather", {plain.weights({50, kWidth}), in});
  plain.output(plain.op("inlay.Attention", {x, x, x, kNoValue},
                        {{"heads", int64_t{2}}, {"scale", 0.5f}, {"causal", int64_t{0}}}, 1));
  const std::shared_ptr<graph::Graph> graph = plain.shared();
  ASSERT_TRUE(ops::infer(*graph).ok());
  const auto model = rewrite::make_ragged(*graph);
  ASSERT_TRUE(model.ok()) << model.message();
  EXPECT_TRUE(model->masks.empty());
}

TEST_F(MakeRagged, RefusesAttentionThatSeesPadding) {
  const ValueId x = g.op("Mul", {words(), mask_of_tokens()});
  EXPECT_NE(refusal(attend(x, kNoValue)).find("it has no mask"), std::string::npos);
}

TEST_F(MakeRagged, RefusesAMaskThatLeavesPaddingAWeight) {
  EXPECT_NE(refusal(attend(words(), bias(-10))).find("leaves padding a weight"), std::string::npos);
}

TEST_F(MakeRagged, RefusesAMaskAlongTheQueries) {
  const ValueId turned = g.op("Transpose", {bias()}, {{"perm", std::vector<int64_t>{0, 1, 3, 2}}});
  EXPECT_NE(refusal(attend(words(), turned)).find("does not lie along the keys"),
            std::string::npos);
}

TEST_F(MakeRagged, RefusesABiasOfPlaces) {
  const ValueId x = words();
  const ValueId places =
      cast(g.op("Range",
                {g.integer(0), g.op("Gather", {g.op("Shape", {ids}), g.integer(1)}), g.integer(1)}),
           DType::kFloat32);
  EXPECT_NE(refusal(attend(x, g.op("Add", {bias(), places}))).find("(Add)"), std::string::npos);
}

// ---- distances ----------------------------------------------------------------------------------

// Buckets of distances, and a table with a row a bucket: as MPNet's and T5's exports have them.
class MakeRaggedDistances : public MakeRagged {
 protected:
  ValueId places() {
    const ValueId length = g.op("Gather", {g.op("Shape", {ids}), g.integer(1)});
    return g.op("Range", {g.integer(0), length, g.integer(1)});
  }
  ValueId along_queries() { return g.op("Unsqueeze", {places(), g.integers({1})}); }
  ValueId along_keys() { return g.op("Unsqueeze", {places(), g.integers({0})}); }
  // [1, heads, length, length]
  ValueId bias_of(ValueId difference, std::vector<int64_t> perm = {2, 0, 1}) {
    const ValueId near = g.op("Min", {g.op("Abs", {difference}), g.integer(6)});
    const ValueId rows = g.op("Gather", {g.weights({7, 2}), near});
    const ValueId heads = g.op("Transpose", {rows}, {{"perm", std::move(perm)}});
    return g.op("Unsqueeze", {heads, g.integers({0})});
  }
};

TEST_F(MakeRaggedDistances, AddedToTheMask) {
  const ValueId x = words();
  const ValueId distances = g.op("Sub", {along_keys(), along_queries()});
  EXPECT_EQ(shape_of(attend(x, g.op("Add", {bias_of(distances), bias()}))), "tokens, 8");
}

TEST_F(MakeRaggedDistances, FromQueriesToKeys) {
  const ValueId x = words();
  const ValueId distances = g.op("Sub", {along_queries(), along_keys()});
  EXPECT_EQ(shape_of(attend(x, g.op("Add", {bias(), bias_of(distances)}))), "tokens, 8");
}

TEST_F(MakeRaggedDistances, RefusesDistancesWithoutAMask) {
  const ValueId x = g.op("Mul", {words(), mask_of_tokens()});
  const ValueId distances = g.op("Sub", {along_keys(), along_queries()});
  EXPECT_NE(refusal(attend(x, bias_of(distances))).find("it has no mask"), std::string::npos);
}

TEST_F(MakeRaggedDistances, RefusesSumsOfPlaces) {
  const ValueId x = words();
  const ValueId sums = g.op("Add", {along_keys(), along_queries()});
  EXPECT_NE(refusal(attend(x, g.op("Add", {bias_of(sums), bias()}))).find("(Add)"),
            std::string::npos);
}

TEST_F(MakeRaggedDistances, RefusesPlacesThatWereScaled) {
  const ValueId x = words();
  const ValueId twice = g.op("Mul", {along_keys(), g.integer(2)});
  const ValueId distances = g.op("Sub", {twice, along_queries()});
  EXPECT_NE(refusal(attend(x, g.op("Add", {bias_of(distances), bias()}))).find("(Sub)"),
            std::string::npos);
}

TEST_F(MakeRaggedDistances, RefusesDistancesThatAreTurnedAround) {
  const ValueId x = words();
  const ValueId distances = g.op("Sub", {along_keys(), along_queries()});
  EXPECT_NE(refusal(attend(x, g.op("Add", {bias_of(distances, {2, 1, 0}), bias()})))
                .find("it turns distances around"),
            std::string::npos);
}

// ---- places -------------------------------------------------------------------------------------

TEST_F(MakeRagged, PlacesCutFromATable) {
  const ValueId length =
      g.op("Unsqueeze", {g.op("Gather", {g.op("Shape", {ids}), g.integer(1)}), g.integers({0})});
  std::vector<int64_t> places(16);
  for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<int64_t>(i);
  const ValueId table = g.op("Unsqueeze", {g.integers(places), g.integers({0})});
  const ValueId cut = g.op("Slice", {table, g.integers({0}), length, g.integers({1})});
  const ValueId positions = g.op("Gather", {g.weights({16, kWidth}), cut});
  EXPECT_EQ(shape_of(attend(g.op("Add", {words(), positions}), bias())), "tokens, 8");
}

TEST_F(MakeRagged, PlacesThatAreCounted) {
  const ValueId length = g.op("Gather", {g.op("Shape", {ids}), g.integer(1)});
  const ValueId range = g.op("Range", {g.integer(0), length, g.integer(1)});
  const ValueId positions =
      g.op("Gather", {g.weights({16, kWidth}), g.op("Unsqueeze", {range, g.integers({0})})});
  EXPECT_EQ(shape_of(attend(g.op("Add", {words(), positions}), bias())), "tokens, 8");
}

TEST_F(MakeRagged, PlacesOfTokensThatAreNotThePaddingToken) {
  const ValueId real = cast(g.op("Not", {g.op("Equal", {ids, g.integer(1)})}), DType::kInt32);
  const ValueId counted = g.op("Mul", {g.op("CumSum", {real, g.integer(1)}), real});
  const ValueId positions =
      g.op("Gather",
           {g.weights({16, kWidth}), g.op("Add", {cast(counted, DType::kInt64), g.integer(1)})});
  EXPECT_EQ(shape_of(attend(g.op("Add", {words(), positions}), bias())), "tokens, 8");
}

TEST_F(MakeRagged, RefusesATableThatDiffersByPlaceWithoutATakenPart) {
  EXPECT_NE(
      refusal(attend(g.op("Add", {words(), g.weights({1, 16, kWidth})}), bias())).find("(Add)"),
      std::string::npos);
}

// ---- a row a text -------------------------------------------------------------------------------

TEST_F(MakeRagged, TheFirstToken) {
  const auto model = made(g.op("Gather", {encoded(), g.integer(0)}, {{"axis", int64_t{1}}}));
  ASSERT_TRUE(model.ok()) << model.message();
  EXPECT_TRUE(model->token_outputs.empty());
  EXPECT_EQ(model->masks, std::vector<std::string>{"attention_mask"});
}

TEST_F(MakeRagged, TheFirstTokenBySlice) {
  const ValueId first =
      g.op("Slice", {encoded(), g.integers({0}), g.integers({1}), g.integers({1})});
  EXPECT_EQ(shape_of(g.op("Squeeze", {first, g.integers({1})})), "rows, 8");
}

TEST_F(MakeRagged, TheMeanOfTokensThatAreThere) {
  const ValueId weights = mask_of_tokens();
  const ValueId sum = g.op("ReduceSum", {g.op("Mul", {encoded(), weights}), g.integers({1})},
                           {{"keepdims", int64_t{0}}});
  const ValueId count = g.op("ReduceSum", {weights, g.integers({1})}, {{"keepdims", int64_t{0}}});
  EXPECT_EQ(shape_of(g.op("Div", {sum, g.op("Clip", {count, g.real(1e-9f)})})), "rows, 8");
}

TEST_F(MakeRagged, TheMaximumOfTokensThatAreThere) {
  const ValueId padded = g.op("Equal", {mask_of_tokens(), g.real(0)});
  const ValueId kept = g.op("Where", {padded, g.real(-1e9f), encoded()});
  EXPECT_EQ(shape_of(g.op("ReduceMax", {kept},
                          {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}}, 13)),
            "rows, 8");
}

TEST_F(MakeRagged, RefusesTheMeanOfAllPlaces) {
  const ValueId mean = g.op("ReduceMean", {encoded()}, {{"axes", std::vector<int64_t>{1}}}, 13);
  EXPECT_NE(refusal(mean).find("padding takes part in it"), std::string::npos);
}

TEST_F(MakeRagged, RefusesTheLastPlace) {
  const ValueId last = g.op("Gather", {encoded(), g.integer(-1)}, {{"axis", int64_t{1}}});
  EXPECT_NE(refusal(last).find("by their place in padded texts"), std::string::npos);
}

TEST_F(MakeRagged, RefusesAMeanOverTexts) {
  const ValueId mean = g.op("ReduceMean", {encoded()}, {{"axes", std::vector<int64_t>{0}}}, 13);
  EXPECT_NE(refusal(mean).find("along another axis"), std::string::npos);
}

TEST_F(MakeRagged, RefusesTokensThatAreMoved) {
  const ValueId turned = g.op("Transpose", {encoded()}, {{"perm", std::vector<int64_t>{0, 2, 1}}});
  EXPECT_NE(refusal(turned).find("moves texts or tokens"), std::string::npos);
}

TEST_F(MakeRagged, RefusesAProductOfTexts) {
  const ValueId x = encoded();
  const ValueId turned = g.op("Transpose", {x}, {{"perm", std::vector<int64_t>{0, 2, 1}}});
  EXPECT_NE(refusal(g.op("MatMul", {x, turned})).find("moves texts or tokens"), std::string::npos);
}

TEST_F(MakeRagged, RefusesAnOperatorThatNobodyKnowsToKeepTextsApart) {
  EXPECT_NE(refusal(g.ops("TopK", {encoded(), g.integers({2})}, 2)[0]).find("may mix texts"),
            std::string::npos);
}

}  // namespace
}  // namespace inlay::test
