// What generated cases cannot hold of ai.onnx.ml: models that are none, versions that engines read otherwise, threads.
#include <cmath>

#include "ops/ml/forest.h"
#include "ops/objects/object_node.h"
#include "ops/single_node.h"
#include "runtime/graphs.h"

namespace inlay::test {
namespace {

using Attributes = GraphMaker::Attributes;

// The types of a node over float32 [2, 3], or why it has none.
Status inferred(const std::string& op, Attributes attributes, int version = 3) {
  GraphMaker g;
  const auto outputs =
      g.ops("ai.onnx.ml." + op, {g.input("x", DType::kFloat32, {2, 3})}, 2, std::move(attributes));
  Node& node = g.graph().node(0);
  node.version = version;
  node.name = "n";
  if (op.find("Classifier") == std::string::npos) node.outputs.pop_back();
  g.output(node.outputs[0]);
  return g.infer();
}

std::string refused(const std::string& op, Attributes attributes, int version = 3) {
  const Status status = inferred(op, std::move(attributes), version);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message().find('\n'), std::string_view::npos);
  std::string message(status.message());
  const std::string place = "node \"n\" (" + op + "): ";
  EXPECT_EQ(message.substr(0, place.size()), place);
  return message.substr(std::min(message.size(), place.size()));
}

// A stump: feature 1 <= 0.5 gives 1 to target 0, else 2.
Attributes stump() {
  return {{"nodes_treeids", Integers{0, 0, 0}},
          {"nodes_nodeids", Integers{0, 1, 2}},
          {"nodes_featureids", Integers{1, 0, 0}},
          {"nodes_modes", Texts{"BRANCH_LEQ", "LEAF", "LEAF"}},
          {"nodes_values", Reals{0.5f, 0, 0}},
          {"nodes_truenodeids", Integers{1, 0, 0}},
          {"nodes_falsenodeids", Integers{2, 0, 0}},
          {"target_treeids", Integers{0, 0}},
          {"target_nodeids", Integers{1, 2}},
          {"target_ids", Integers{0, 0}},
          {"target_weights", Reals{1, 2}},
          {"n_targets", int64_t{1}}};
}

Attributes changed(Attributes attributes, const std::string& key, graph::Attribute value) {
  attributes[key] = std::move(value);
  return attributes;
}

TEST(BadTrees, AreRefusedInOneLine) {
  const auto with = [](const std::string& key, graph::Attribute value) {
    return refused("TreeEnsembleRegressor", changed(stump(), key, std::move(value)));
  };
  EXPECT_TRUE(inferred("TreeEnsembleRegressor", stump()).ok());
  EXPECT_EQ(with("nodes_values", Reals{0.5f}), "nodes_values: expected 3 elements, found 1");
  EXPECT_EQ(with("nodes_treeids", Integers{0, 0}), "nodes_treeids: expected 3 elements, found 2");
  EXPECT_EQ(with("nodes_truenodeids", Integers{7, 0, 0}),
            "nodes_truenodeids: expected a node of tree 0, found 7");
  EXPECT_EQ(with("nodes_falsenodeids", Integers{-1, 0, 0}),
            "nodes_falsenodeids: expected a node of tree 0, found -1");
  EXPECT_EQ(with("nodes_falsenodeids", Integers{0, 0, 0}),
            "nodes: node 0 is a descendant of its own");
  EXPECT_EQ(with("nodes_nodeids", Integers{0, 1, 1}),
            "nodes_nodeids: tree 0: expected one node 1, found two");
  EXPECT_EQ(with("nodes_treeids", Integers{0, 1, 0}),
            "nodes_truenodeids: expected a node of tree 0, found 1");
  EXPECT_EQ(with("nodes_modes", Texts{"BRANCH_LEQ", "LEAVE", "LEAF"}),
            "nodes_modes: node 1: expected BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ or LEAF, found "
            "\"LEAVE\"");
  EXPECT_EQ(with("nodes_featureids", Integers{-1, 0, 0}),
            "nodes_featureids: node 0: expected a feature, found -1");
  EXPECT_EQ(with("nodes_featureids", Integers{3, 0, 0}),
            "features: expected equal sizes, found 3 and 4");
  EXPECT_EQ(with("target_ids", Integers{0, 1}), "votes: expected a target below 1, found 1");
  EXPECT_EQ(with("target_nodeids", Integers{1, 9}),
            "target_nodeids: expected a node of tree 0, found 9");
  EXPECT_EQ(with("n_targets", int64_t{1} << 40),
            "expected 1 to 1048576 targets, found 1099511627776");
  EXPECT_EQ(with("n_targets", int64_t{0}), "votes: expected a target below 0, found 0");
  EXPECT_EQ(with("base_values", Reals{1, 2}), "base_values: expected 1 elements, found 2");
  EXPECT_EQ(with("aggregate_function", std::string("MEAN")),
            "aggregate_function: expected AVERAGE, SUM, MIN or MAX, found \"MEAN\"");
  EXPECT_EQ(
      with("post_transform", std::string("EXP")),
      "post_transform: expected NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or PROBIT, found \"EXP\"");
  EXPECT_EQ(with("nodes_missing_value_tracks_true", Integers{1}),
            "nodes_missing_value_tracks_true: expected 3 elements, found 1");
}

TEST(BadTrees, CirclesOfManyNodesAreFound) {
  constexpr int64_t kNodes = 100000;  // deeper than any stack would be
  ops::ml::ForestSource chain;
  for (int64_t i = 0; i < kNodes; ++i) {
    ops::ml::ForestSource::Node node;
    node.mode = ops::ml::NodeMode::kLeq;
    node.holds = i + 1;
    node.fails = kNodes;
    chain.nodes.push_back(node);
  }
  chain.nodes.emplace_back();
  chain.roots = {0};
  const auto deep = ops::ml::make_forest<float>(chain);
  ASSERT_TRUE(deep.ok()) << deep.message();
  EXPECT_EQ(deep->trees[0].depth, kNodes);
  chain.nodes[kNodes - 1].holds = kNodes / 2;
  EXPECT_EQ(message_of(ops::ml::make_forest<float>(chain)),
            "nodes: node 50000 is a descendant of its own");
  chain.nodes[kNodes - 1].holds = kNodes + 1;
  EXPECT_EQ(message_of(ops::ml::make_forest<float>(chain)),
            "nodes_truenodeids: node 99999: expected one of 100001 nodes, found 100001");
}

TEST(BadTrees, OfVersion5) {
  const auto bytes = [](std::vector<uint8_t> values) { return numbers(values).tensor(); };
  const auto reals = [](Reals values) { return numbers(values).tensor(); };
  const Attributes good = {{"tree_roots", Integers{0}},
                           {"nodes_featureids", Integers{0}},
                           {"nodes_modes", bytes({6})},
                           {"nodes_splits", reals({0})},
                           {"nodes_truenodeids", Integers{0}},
                           {"nodes_falsenodeids", Integers{1}},
                           {"nodes_trueleafs", Integers{1}},
                           {"nodes_falseleafs", Integers{1}},
                           {"leaf_targetids", Integers{0, 0}},
                           {"leaf_weights", reals({1, 2})},
                           {"membership_values", reals({1, 2, __builtin_nanf("")})}};
  EXPECT_TRUE(inferred("TreeEnsemble", good, 5).ok());
  const auto with = [&](const std::string& key, graph::Attribute value) {
    return refused("TreeEnsemble", changed(good, key, std::move(value)), 5);
  };
  EXPECT_EQ(with("tree_roots", Integers{1}), "tree_roots: expected one of 1 nodes, found 1");
  EXPECT_EQ(with("nodes_truenodeids", Integers{2}),
            "nodes_truenodeids: expected one of 2 leaves, found 2");
  EXPECT_EQ(with("nodes_trueleafs", Integers{0}), "nodes: node 0 is a descendant of its own");
  EXPECT_EQ(with("nodes_modes", bytes({7})), "nodes_modes: node 0: expected 0 to 6, found 7");
  EXPECT_EQ(with("nodes_modes", bytes({0})),
            "membership_values: expected as many sets as BRANCH_MEMBER nodes, found more");
  EXPECT_EQ(with("membership_values", reals({})),
            "membership_values: node 0: expected members, found none");
  EXPECT_EQ(with("leaf_weights", reals({1})), "leaf_weights: expected 2 elements, found 1");
  EXPECT_EQ(with("post_transform", int64_t{9}),
            "post_transform: expected a number from 0 to 4, found 9");
}

TEST(BadClassicModels, OfRowsAreRefusedInOneLine) {
  EXPECT_EQ(refused("LinearRegressor", {}), "coefficients: expected numbers, found none");
  EXPECT_EQ(refused("LinearRegressor", {{"coefficients", Reals{1, 2, 3}}, {"targets", int64_t{2}}}),
            "coefficients: expected as many for each of 2 scores, found 3");
  EXPECT_EQ(
      refused("LinearRegressor", {{"coefficients", Reals{1, 2}}, {"targets", int64_t{1} << 50}}),
      "coefficients: expected as many for each of 1125899906842624 scores, found 2");
  EXPECT_EQ(refused("LinearRegressor", {{"coefficients", Reals{1, 2}}}),
            "features: expected equal sizes, found 3 and 2");
  EXPECT_EQ(refused("LinearClassifier", {{"coefficients", Reals{1, 2, 3}},
                                         {"intercepts", Reals{1}},
                                         {"classlabels_ints", Integers{1, 2, 3}}}),
            "labels: expected 2 elements, found 3");
  EXPECT_EQ(refused("LinearClassifier", {{"coefficients", Reals{1, 2, 3}},
                                         {"classlabels_ints", Integers{1}},
                                         {"classlabels_strings", Texts{"a"}}}),
            "expected labels of one type, found integers and strings");
  const Attributes svm = {{"coefficients", Reals{1, 2}},
                          {"support_vectors", Reals{1, 2, 3, 4, 5, 6}},
                          {"vectors_per_class", Integers{1, 1}},
                          {"rho", Reals{0}},
                          {"classlabels_ints", Integers{0, 1}}};
  EXPECT_TRUE(inferred("SVMClassifier", svm).ok());
  const auto with = [&](const std::string& key, graph::Attribute value) {
    return refused("SVMClassifier", changed(svm, key, std::move(value)));
  };
  EXPECT_EQ(with("vectors_per_class", Integers{1, int64_t{1} << 60}),
            "vectors_per_class: expected 0 to 5, found 1152921504606846976");
  EXPECT_EQ(with("coefficients", Reals{1}), "coefficients: expected 2 elements, found 1");
  EXPECT_EQ(with("classlabels_ints", Integers(1000, 1)),
            "labels: expected 2 to 2 for 1 numbers in rho, found 1000");
  EXPECT_EQ(with("prob_a", Reals{1}), "prob_b: expected 1 elements, found 0");
  EXPECT_EQ(with("kernel_params", Reals{1}), "kernel_params: expected 3 elements, found 1");
  EXPECT_EQ(with("kernel_type", std::string("COSINE")),
            "kernel_type: expected LINEAR, POLY, RBF or SIGMOID, found \"COSINE\"");
  EXPECT_EQ(refused("Scaler", {{"scale", Reals{1, 2, 3}}, {"offset", Reals{1}}}),
            "offset: expected 3 elements, found 1");
  EXPECT_EQ(refused("Scaler", {}), "scale: expected numbers, found none");
  EXPECT_EQ(refused("Imputer", {{"imputed_value_floats", Reals{1, 2}}}),
            "imputed_value_floats: expected equal sizes, found 3 and 2");
  EXPECT_EQ(refused("Normalizer", {{"norm", std::string("L3")}}),
            "norm: expected MAX, L1 or L2, found \"L3\"");
  EXPECT_EQ(refused("FeatureVectorizer", {{"inputdimensions", Integers{int64_t{1} << 60}}}),
            "inputdimensions: expected sizes, found 1152921504606846976");
  EXPECT_EQ(refused("OneHotEncoder", {}), "cats_int64s: expected categories, found none");
}

TEST(Trees, OfTwoClassesTakeTheirBaseValues) {
  Attributes attributes = stump();
  for (const char* key : {"treeids", "nodeids", "ids", "weights"}) {
    const auto found = attributes.find(std::string("target_") + key);
    attributes[std::string("class_") + key] = found->second;
    attributes.erase(found);
  }
  attributes["class_weights"] = Reals{0.25f, 0.75f};
  attributes["classlabels_int64s"] = Integers{5, 7};
  const auto x = tensor<float>(DType::kFloat32, {2, 2}, {0, 0, 0, 1});
  const auto labels = [&](Attributes made) {
    return elements<int64_t>(run("ai.onnx.ml.TreeEnsembleClassifier", {x}, std::move(made)));
  };
  EXPECT_EQ(labels(attributes), (Integers{5, 7}));
  EXPECT_EQ(labels(changed(attributes, "base_values", Reals{0.5f})), (Integers{7, 7}));
  // Votes for both classes: the higher score wins, as the specification says.
  attributes["class_ids"] = Integers{0, 1};
  EXPECT_EQ(labels(attributes), (Integers{5, 7}));
  EXPECT_EQ(labels(changed(attributes, "base_values", Reals{1, 0})), (Integers{5, 5}));
}

TEST(Trees, NaNIsNoMember) {
  ops::ml::ForestSource source;
  source.nodes.resize(3);
  source.nodes[0].mode = ops::ml::NodeMode::kMember;
  source.nodes[0].members = {3, 1};
  source.nodes[0].holds = 1;
  source.nodes[0].fails = 2;
  source.roots = {0};
  const auto forest = ops::ml::make_forest<double>(source);
  ASSERT_TRUE(forest.ok()) << forest.message();
  const double x[8] = {1, 3, 2, std::nan(""), 0, 4, -1, 1.5};
  const double* rows[8];
  const ops::ml::Forest<double>::Tree* trees[8];
  for (int i = 0; i < 8; ++i) {
    rows[i] = x + i;
    trees[i] = &forest->trees[0];
  }
  int32_t leaves[8];
  forest->descend(trees, rows, leaves);
  EXPECT_EQ((std::vector<int32_t>(leaves, leaves + 8)),
            (std::vector<int32_t>{1, 1, 2, 2, 2, 2, 2, 2}));
}

TEST(Trees, ThreadsChangeNoBit) {
  GraphMaker g;
  Attributes attributes = stump();
  attributes["target_weights"] = Reals{0.1f, 0.7f};
  g.output(g.op("ai.onnx.ml.TreeEnsembleRegressor", {g.input("x", DType::kFloat32, {"n", 2})},
                attributes));
  std::vector<float> x;
  for (int i = 0; i < 2000; ++i) x.push_back(static_cast<float>(i * 37 % 11) / 10);
  const runtime::Input<float> input{{1000, 2}, x};
  std::vector<std::vector<float>> outputs;
  for (int threads : {1, 3}) {
    runtime::Runner runner(g.shared(), threads);
    const auto made = runner.run(std::vector{input.view(DType::kFloat32)});
    ASSERT_TRUE(made.ok()) << made.message();
    outputs.push_back(runtime::elements<float>((*made)[0]));
  }
  EXPECT_EQ(outputs[0], outputs[1]);
  EXPECT_EQ(outputs[0][0], 0.1f);  // x[0, 1] is 37 % 11 / 10 = 0.4
}

TEST(Ngrams, RefusesListsThatDoNotAgree) {
  const Attributes good = {{"pool_int64s", Integers{1, 2, 1, 2}},
                           {"ngram_counts", Integers{0, 2}},
                           {"ngram_indexes", Integers{0, 1, 2}},
                           {"min_gram_length", int64_t{1}},
                           {"max_gram_length", int64_t{2}},
                           {"max_skip_count", int64_t{0}},
                           {"mode", std::string("TF")}};
  const auto x = tensor<int64_t>(DType::kInt64, {3}, {1, 2, 1});
  EXPECT_EQ(elements<float>(run("TfIdfVectorizer", {x}, good)), (Reals{2, 1, 1}));
  // More words between two than there are words.
  EXPECT_EQ(
      elements<float>(run("TfIdfVectorizer", {x}, changed(good, "max_skip_count", INT64_MAX))),
      (Reals{2, 1, 1}));
  const auto with = [&](const std::string& key, graph::Attribute value) {
    return message_of(run("TfIdfVectorizer", {x}, changed(good, key, std::move(value))));
  };
  EXPECT_NE(with("ngram_counts", Integers{0, 9}).find("ngram_counts: expected places of 1-grams"),
            std::string::npos);
  EXPECT_NE(with("ngram_counts", Integers{0, 1}).find("ngram_counts: expected places of 2-grams"),
            std::string::npos);
  EXPECT_NE(
      with("ngram_indexes", Integers{0, 1}).find("ngram_indexes: expected 3 elements, found 2"),
      std::string::npos);
  EXPECT_NE(with("ngram_indexes", Integers{0, 1, INT64_MAX})
                .find("ngram_indexes: expected columns below"),
            std::string::npos);
  EXPECT_NE(with("weights", Reals{1}).find("weights: expected 3 elements, found 1"),
            std::string::npos);
  EXPECT_NE(with("mode", std::string("BM25")).find("mode: expected TF, IDF or TFIDF"),
            std::string::npos);
}

}  // namespace
}  // namespace inlay::test
