// Replays what onnxruntime answered, without it: tests/data/onnx/contrib_cases.jsonl, made by
// contrib_cases.py --save. Also what expansions say of forms that they do not take.
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include "../graph/graph_maker.h"
#include "base/json.h"
#include "onnx/import.h"
#include "onnx/tensor_proto.h"
#include "runtime/session.h"

namespace inlay::test {
namespace {

constexpr double kTolerance = 1e-5;

std::string from_hex(std::string_view hex) {
  std::string out(hex.size() / 2, '\0');
  for (size_t i = 0; i < out.size(); ++i) {
    unsigned byte = 0;
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, byte, 16);
    out[i] = static_cast<char>(byte);
  }
  return out;
}

graph::TensorRef read_tensor(const json::Value& hex) {
  auto bytes = std::make_shared<std::string>(from_hex(*hex.string()));
  onnx::ModelSource source;
  source.bytes = std::as_bytes(std::span(*bytes));
  source.name = "tensor";
  source.owner = bytes;
  auto read = onnx::read_tensor(source.reader(), source);
  EXPECT_TRUE(read.ok()) << read.message();
  return read.ok() ? std::move(read->tensor) : nullptr;
}

std::vector<graph::TensorRef> read_tensors(const json::Value& list) {
  std::vector<graph::TensorRef> out;
  for (size_t i = 0; i < list.size(); ++i) out.push_back(read_tensor(list.at(i)));
  return out;
}

// A file of the model, because a Model is opened by its path.
class ModelFile {
 public:
  ModelFile(const std::string& name, const std::string& bytes)
      : path_(testing::TempDir() + "/contrib_" + name + ".onnx") {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~ModelFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect_near(const graph::Tensor& expected, const runtime::OutputTensor& found) {
  ASSERT_EQ(found.dtype, expected.dtype);
  ASSERT_EQ(found.shape, expected.shape);
  graph::Tensor view = expected;
  view.data = {found.data(), expected.data.size()};
  if (graph::is_integer(expected.dtype)) {
    EXPECT_EQ(graph::integer_elements(view), graph::integer_elements(expected));
    return;
  }
  const auto a = graph::float_elements(expected), b = graph::float_elements(view);
  for (size_t i = 0; i < a->size(); ++i) ASSERT_NEAR((*a)[i], (*b)[i], kTolerance) << i;
}

void replay(const json::Value& line, bool rewrite) {
  const ModelFile file(std::string(*line.at("name").string()),
                       from_hex(*line.at("model").string()));
  const auto model = runtime::Model::open(file.path(), {.rewrite = rewrite});
  ASSERT_TRUE(model.ok()) << model.message();
  const auto session = runtime::Session::create(*model, {.threads = 1, .pool = nullptr});
  ASSERT_TRUE(session.ok()) << session.message();
  const auto inputs = read_tensors(line.at("inputs")), expected = read_tensors(line.at("outputs"));
  std::vector<runtime::NamedTensor> named;
  for (size_t i = 0; i < inputs.size(); ++i)
    named.push_back({(*model)->info().inputs[i].name,
                     {inputs[i]->dtype, inputs[i]->shape, inputs[i]->data.data()}});
  const auto outputs = (*session)->run(named, {}, {});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  ASSERT_EQ(outputs->size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) expect_near(*expected[i], (*outputs)[i]);
}

TEST(Contrib, SavedCases) {
  std::ifstream lines(std::string(INLAY_TEST_DATA) + "/onnx/contrib_cases.jsonl");
  int count = 0;
  for (std::string text; std::getline(lines, text);) {
    const auto line = json::parse(text, "contrib_cases.jsonl");
    ASSERT_TRUE(line.ok()) << line.message();
    if (!line->root().at("name").exists()) continue;  // what made the file
    for (const bool rewrite : {false, true}) {
      SCOPED_TRACE(format("{}{}", *line->root().at("name").string(), rewrite ? ", rewritten" : ""));
      replay(line->root(), rewrite);
    }
    ++count;
  }
  EXPECT_GE(count, 90);
}

// ---- forms that are not taken -------------------------------------------------------------------

class ContribForms : public testing::Test {
 protected:
  GraphMaker g;
  ValueId x = g.input("x", DType::kFloat32, {"batch", "length", 8});
  std::string failure(const std::string& op, std::vector<ValueId> inputs,
                      GraphMaker::Attributes attributes = {}, size_t outputs = 1) {
    for (const ValueId out :
         g.ops("com.microsoft." + op, std::move(inputs), outputs, std::move(attributes)))
      g.output(out);
    return std::string(g.infer().message());
  }
  const GraphMaker::Attributes heads = {{"num_heads", int64_t{2}}};
};

TEST_F(ContribForms, WeightsThatHeadsDoNotDivide) {
  EXPECT_EQ(failure("Attention", {x, g.weights({8, 27})}, heads),
            "node \"v2\" (Attention): expected weights [.., q + k + v] with q = k that 2 heads "
            "divide, found 27");
}

TEST_F(ContribForms, NoHeads) {
  EXPECT_EQ(failure("Attention", {x, g.weights({8, 24})}),
            "node \"v2\" (Attention): expected num_heads > 0, found 0");
}

TEST_F(ContribForms, AMaskOfAnotherSize) {
  const ValueId mask = g.input("mask", DType::kInt32, {"other"});
  EXPECT_EQ(failure("Attention", {x, g.weights({8, 24}), kNoValue, mask}, heads),
            "node \"v3\" (Attention): expected a mask of batch, 2 or 3 · batch + 2 numbers, "
            "found other");
}

TEST_F(ContribForms, ASharedBufferOfThePast) {
  EXPECT_EQ(failure("Attention", {x, g.weights({8, 24})},
                    {{"num_heads", int64_t{2}}, {"past_present_share_buffer", int64_t{1}}}),
            "node \"v2\" (Attention): expected past_present_share_buffer 0, found 1");
}

TEST_F(ContribForms, ScoresThatAreAskedFor) {
  EXPECT_EQ(failure("MultiHeadAttention", {x, x, x}, heads, 4),
            "node \"v1\" (MultiHeadAttention): output 3 (qk): expected that nobody asks for it");
}

TEST_F(ContribForms, AQueryThatIsNotPacked) {
  EXPECT_EQ(failure("MultiHeadAttention", {x}, heads),
            "node \"v1\" (MultiHeadAttention): input 0: expected 5 dimensions without a key, "
            "found 3");
}

TEST_F(ContribForms, AnActivationThatNobodyKnows) {
  const ValueId flat = g.input("flat", DType::kFloat32, {"batch", 8});
  EXPECT_EQ(failure("FusedGemm", {flat, g.weights({8, 3})}, {{"activation", std::string("Foo")}}),
            "node \"v3\" (FusedGemm): expected an activation such as \"Relu\", found \"Foo\"");
}

TEST_F(ContribForms, SegmentsWithoutTheirTable) {
  const ValueId ids = g.input("ids", DType::kInt32, {"batch", "length"});
  EXPECT_EQ(failure("EmbedLayerNormalization", {ids, ids, g.weights({5, 8}), g.weights({5, 8}),
                                                kNoValue, g.weights({8}), g.weights({8})}),
            "node \"v6\" (EmbedLayerNormalization): expected segment ids and embeddings together, "
            "found one of them");
}

TEST_F(ContribForms, RotaryWithAScale) {
  const ValueId places = g.input("places", DType::kInt64, {"batch", "length"});
  EXPECT_EQ(
      failure("RotaryEmbedding", {x, places, g.weights({9, 2}), g.weights({9, 2})},
              {{"scale", 2.0f}}),
      "node \"v4\" (RotaryEmbedding): expected neither a packed batch nor a scale, found one");
}

TEST_F(ContribForms, OperatorsThatInlayLacks) {
  EXPECT_EQ(failure("BiasSplitGelu", {x, g.weights({8})}),
            "the model uses operators that inlay lacks: BiasSplitGelu-1 (com.microsoft)");
}

TEST_F(ContribForms, WhatFailsInsideNamesTheNode) {
  EXPECT_NE(failure("BiasGelu", {x, g.weights({7})}).find("node \"v2\" (Add): "),
            std::string::npos);
}

TEST_F(ContribForms, AreNotedForInspect) {
  EXPECT_EQ(failure("FastGelu", {x, g.weights({8})}), "");
  EXPECT_EQ(g.graph().rewrites, std::vector<std::string>{"com.microsoft.FastGelu: 1 node into 2"});
  EXPECT_EQ(g.count("Gelu"), 1);
  EXPECT_EQ(g.count("FastGelu", "com.microsoft"), 0);
}

}  // namespace
}  // namespace inlay::test
