// Operators of ai.onnx.ml on strings and maps; the numbers are those of ONNX's own cases and of onnxruntime 1.31.1.
#include "ops/objects/object_node.h"

namespace inlay::test {
namespace {

using Attributes = GraphMaker::Attributes;

TensorRef int_tensor(const Integers& values) { return numbers(values).tensor(); }

TEST(LabelEncoder, FromStrings) {
  const AnyValue x = strings({"a", "b", "d", "c", "g"});
  const Attributes lists = {{"keys_strings", Texts{"a", "b", "c"}},
                            {"values_int64s", Integers{0, 1, 2}}};
  const auto run = [&](Attributes more, int version) {
    more.insert(lists.begin(), lists.end());
    return elements_of<int64_t>(eval("ai.onnx.ml.LabelEncoder", {x}, more, version));
  };
  EXPECT_EQ(run({{"default_int64", int64_t{42}}}, 4), (Integers{0, 1, 42, 2, 42}));
  EXPECT_EQ(run({}, 2), (Integers{0, 1, -1, 2, -1}));
  const auto tensors = eval("ai.onnx.ml.LabelEncoder", {x},
                            {{"keys_tensor", strings({"a", "b", "c"}).tensor()},
                             {"values_tensor", int_tensor({0, 1, 2})},
                             {"default_tensor", int_tensor({42})}},
                            4);
  EXPECT_EQ(elements_of<int64_t>(tensors), (Integers{0, 1, 42, 2, 42}));
}

TEST(LabelEncoder, ToStrings) {
  const AnyValue x = numbers<int64_t>({2, 1}, {0, 5});
  const auto made = eval("ai.onnx.ml.LabelEncoder", {x},
                         {{"keys_int64s", Integers{0, 1}}, {"values_strings", Texts{"x", "y"}}}, 2);
  EXPECT_EQ(texts(made), (Texts{"x", "_Unused"}));
  EXPECT_EQ(shape_of(made), (Integers{2, 1}));
  const Attributes first = {{"classes_strings", Texts{"b", "a"}},
                            {"default_string", std::string("none")}};
  EXPECT_EQ(texts(eval("ai.onnx.ml.LabelEncoder", {numbers<int64_t>({0, 1, 5})}, first, 1)),
            (Texts{"b", "a", "none"}));
  EXPECT_EQ(elements_of<int64_t>(eval("ai.onnx.ml.LabelEncoder", {strings({"a", "zz"})}, first, 1)),
            (Integers{1, -1}));
}

TEST(LabelEncoder, OfRepeatedKeysVersionsFindOthers) {
  const Attributes lists = {{"keys_strings", Texts{"a", "b", "a"}},
                            {"values_int64s", Integers{3, 4, 5}}};
  for (const size_t count : {size_t{1}, size_t{40}}) {  // looked for, and sorted
    const AnyValue x = strings(Texts(count, "a"));
    EXPECT_EQ(elements_of<int64_t>(eval("ai.onnx.ml.LabelEncoder", {x}, lists, 2)),
              Integers(count, 3));
    EXPECT_EQ(elements_of<int64_t>(eval("ai.onnx.ml.LabelEncoder", {x}, lists, 4)),
              Integers(count, 5));
  }
}

TEST(LabelEncoder, RefusesListsThatDoNotAgree) {
  const auto refused = [](Attributes attributes) {
    return message_of(eval("ai.onnx.ml.LabelEncoder", {strings({"a"})}, std::move(attributes), 4));
  };
  EXPECT_EQ(refused({{"keys_strings", Texts{"a", "b"}}, {"values_int64s", Integers{1}}}),
            "node \"n\" (LabelEncoder): values: expected 2 elements, found 1");
  EXPECT_EQ(refused({{"keys_strings", Texts{"a"}}}),
            "node \"n\" (LabelEncoder): values_*: expected one list, found 0");
  EXPECT_EQ(refused({{"keys_int64s", Integers{1}}, {"values_int64s", Integers{1}}}),
            "node \"n\" (LabelEncoder): expected elements of int64, found string");
  EXPECT_EQ(refused({{"keys_strings", Texts{"a"}},
                     {"values_int64s", Integers{1}},
                     {"default_tensor", int_tensor({1, 2})}}),
            "node \"n\" (LabelEncoder): default_tensor: expected one int64, found int64 [2]");
}

TEST(CategoryMapper, GoesBothWays) {
  const Attributes lists = {{"cats_strings", Texts{"cat", "dog"}}, {"cats_int64s", Integers{7, 9}}};
  EXPECT_EQ(
      elements_of<int64_t>(eval("ai.onnx.ml.CategoryMapper", {strings({"dog", "cow"})}, lists)),
      (Integers{9, -1}));
  EXPECT_EQ(texts(eval("ai.onnx.ml.CategoryMapper", {numbers<int64_t>({7, 8})}, lists)),
            (Texts{"cat", "_Unused"}));
}

TEST(OneHotEncoder, OfStrings) {
  const Attributes categories = {{"cats_strings", Texts{"b", "a"}}};
  const auto made =
      eval("ai.onnx.ml.OneHotEncoder", {strings({3, 1}, {"a", "x", "b"})}, categories);
  EXPECT_EQ(elements_of<float>(made), (Reals{0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(shape_of(made), (Integers{3, 1, 2}));
  Attributes strict = categories;
  strict["zeros"] = int64_t{0};
  EXPECT_EQ(message_of(eval("ai.onnx.ml.OneHotEncoder", {strings({"a", "x"})}, strict)),
            "node \"n\" (OneHotEncoder): element 1: expected a category, found \"x\"");
}

TEST(ArrayFeatureExtractor, MovesStrings) {
  const auto made =
      eval("ai.onnx.ml.ArrayFeatureExtractor",
           {strings({2, 3}, {"a", "b", "c", "d", "e", "f"}), numbers<int64_t>({2, 0})});
  EXPECT_EQ(texts(made), (Texts{"c", "a", "f", "d"}));
  EXPECT_EQ(shape_of(made), (Integers{2, 2}));
}

AnyValue text_map(Texts keys, Reals values) {
  return ops::Map{strings(std::move(keys)).tensor(), numbers(values).tensor()};
}

TEST(DictVectorizer, FollowsTheVocabulary) {
  const auto made = eval("ai.onnx.ml.DictVectorizer", {text_map({"a", "q", "z"}, {1.5f, 7, 2})},
                         {{"string_vocabulary", Texts{"z", "b", "a"}}});
  EXPECT_EQ(elements_of<float>(made), (Reals{2, 0, 1.5f}));
  EXPECT_EQ(shape_of(made), (Integers{1, 3}));
  const AnyValue by_number = ops::Map{int_tensor({1, 5}), strings({"x", "y"}).tensor()};
  EXPECT_EQ(texts(eval("ai.onnx.ml.DictVectorizer", {by_number},
                       {{"int64_vocabulary", Integers{5, 1, 7}}})),
            (Texts{"y", "x", ""}));
  EXPECT_EQ(message_of(eval("ai.onnx.ml.DictVectorizer", {by_number},
                            {{"string_vocabulary", Texts{"a"}}})),
            "node \"n\" (DictVectorizer): input 0: expected keys of string, found int64");
}

TEST(CastMap, DenseAndSparse) {
  const AnyValue map = ops::Map{int_tensor({1, 3}), numbers<float>({3, 2.7f}).tensor()};
  const auto cast = [&](const AnyValue& x, const char* to, const char* form) {
    return eval(
        "ai.onnx.ml.CastMap", {x},
        {{"cast_to", std::string(to)}, {"map_form", std::string(form)}, {"max_map", int64_t{5}}});
  };
  EXPECT_EQ(elements_of<float>(cast(map, "TO_FLOAT", "DENSE")), (Reals{3, 2.7f}));
  EXPECT_EQ(shape_of(cast(map, "TO_FLOAT", "DENSE")), (Integers{1, 2}));
  EXPECT_EQ(elements_of<float>(cast(map, "TO_FLOAT", "SPARSE")), (Reals{0, 3, 0, 2.7f, 0}));
  EXPECT_EQ(elements_of<int64_t>(cast(map, "TO_INT64", "SPARSE")), (Integers{0, 3, 0, 2, 0}));
  EXPECT_EQ(texts(cast(map, "TO_STRING", "DENSE")), (Texts{"3.000000", "2.700000"}));
  EXPECT_EQ(texts(cast(map, "TO_STRING", "SPARSE")),
            (Texts{"0.f", "3.000000", "0.f", "2.700000", "0.f"}));
  const AnyValue written = ops::Map{int_tensor({-1, 9}), strings({"4", "2.5"}).tensor()};
  EXPECT_EQ(elements_of<float>(cast(written, "TO_FLOAT", "DENSE")), (Reals{4, 2.5f}));
  EXPECT_EQ(message_of(cast(written, "TO_FLOAT", "SPARSE")),
            "node \"n\" (CastMap): input 0: expected keys of 0 or more, found -1");
}

TEST(CastMap, AsksForMemoryFirst) {
  const AnyValue map = ops::Map{int_tensor({1}), numbers<float>({3}).tensor()};
  const auto cast = [&](int64_t width) {
    return eval_node(
        {"ai.onnx.ml.CastMap", {{"map_form", std::string("SPARSE")}, {"max_map", width}}}, {map});
  };
  EXPECT_EQ(cast(int64_t{1} << 30).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(cast(INT64_MAX).code(), StatusCode::kInvalidArgument);
}

TEST(ZipMap, SortsKeysAndSharesThem) {
  const auto made = eval("ai.onnx.ml.ZipMap", {numbers<float>({2, 2}, {1, 2, 3, 4})},
                         {{"classlabels_strings", Texts{"b", "a"}}});
  ASSERT_TRUE(made.ok()) << made.message();
  const auto& rows = made->sequence().elements;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].map().keys->strings, (Texts{"a", "b"}));
  EXPECT_EQ(elements_of<float>(AnyValue(rows[1].map().values)), (Reals{4, 3}));
  EXPECT_EQ(rows[0].map().keys, rows[1].map().keys);
  const auto one =
      eval("ai.onnx.ml.ZipMap", {numbers<float>({1, 2})}, {{"classlabels_int64s", Integers{7, 7}}});
  ASSERT_TRUE(one.ok()) << one.message();
  EXPECT_EQ(elements_of<float>(AnyValue(one->sequence().elements[0].map().values)), Reals{2});
  EXPECT_EQ(message_of(eval("ai.onnx.ml.ZipMap", {numbers<float>({1, 2})},
                            {{"classlabels_int64s", Integers{7}}})),
            "node \"n\" (ZipMap): input 0: expected rows of 1 float32, one for each label, found "
            "float32 [2]");
}

TEST(StringLabels, AreThoseOfTheDenseScores) {
  const AnyValue x = numbers<float>({3, 2}, {1, 2, -3, 0.5f, 0, 0});
  const auto linear = eval_node({"ai.onnx.ml.LinearClassifier",
                                 {{"coefficients", Reals{0.1f, 0.2f}},
                                  {"intercepts", Reals{0.05f}},
                                  {"classlabels_strings", Texts{"a", "b"}}},
                                 1,
                                 2},
                                {x});
  ASSERT_TRUE(linear.ok()) << linear.message();
  EXPECT_EQ(texts((*linear)[0]), (Texts{"b", "a", "b"}));
  EXPECT_NEAR(elements_of<float>((*linear)[1])[1], 0.55f, 1e-6f);
  const auto tree = eval_node({"ai.onnx.ml.TreeEnsembleClassifier",
                               {{"nodes_treeids", Integers{0, 0, 0}},
                                {"nodes_nodeids", Integers{0, 1, 2}},
                                {"nodes_featureids", Integers{0, 0, 0}},
                                {"nodes_modes", Texts{"BRANCH_LEQ", "LEAF", "LEAF"}},
                                {"nodes_values", Reals{0.5f, 0, 0}},
                                {"nodes_truenodeids", Integers{1, 0, 0}},
                                {"nodes_falsenodeids", Integers{2, 0, 0}},
                                {"class_treeids", Integers{0, 0}},
                                {"class_nodeids", Integers{1, 2}},
                                {"class_ids", Integers{0, 2}},
                                {"class_weights", Reals{1, 1}},
                                {"classlabels_strings", Texts{"x", "y", "z"}}},
                               3,
                               2},
                              {x});
  ASSERT_TRUE(tree.ok()) << tree.message();
  EXPECT_EQ(texts((*tree)[0]), (Texts{"z", "x", "x"}));
  EXPECT_EQ(elements_of<float>((*tree)[1]), (Reals{0, 0, 1, 1, 0, 0, 1, 0, 0}));
}

}  // namespace
}  // namespace inlay::test
