#include "onnx/import.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "onnx/model_writer.h"

namespace inlay::test {
namespace {

using graph::DType;
using graph::Graph;
using graph::ValueId;

using Imported = Result<std::shared_ptr<Graph>>;

Imported import(const std::string& bytes) {
  auto owner = std::make_shared<std::string>(bytes);
  const std::span<const std::byte> view(reinterpret_cast<const std::byte*>(owner->data()),
                                        owner->size());
  return onnx::import_model(view, owner, "model.onnx");
}

ValueId find(const Graph& graph, std::string_view name) {
  for (size_t v = 0; v < graph.values.size(); ++v)
    if (graph.values[v].name == name) return static_cast<ValueId>(v);
  ADD_FAILURE() << "no value " << name;
  return 0;
}

std::string shape_text(const Graph& graph, ValueId value) {
  std::string out;
  for (graph::Expr e : *graph.value(value).type.shape) out += graph.exprs->text(e) + " ";
  return out;
}

std::vector<float> floats(const graph::Tensor& tensor) {
  std::vector<float> out;
  const auto elements = graph::float_elements(tensor);
  for (double x : *elements) out.push_back(static_cast<float>(x));
  return out;
}

// A TypeProto of sequences of sequences of float32.
void write_nested_sequences(Writer& type, int levels) {
  if (levels == 0) return type.message(1, [](Writer& tensor) { tensor.varint(1, 1); });
  type.message(4, [&](Writer& sequence) {
    sequence.message(1, [&](Writer& inner) { write_nested_sequences(inner, levels - 1); });
  });
}

TEST(Import, SmallestModel) {
  const Imported imported = import(write_model(write_add_graph));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  EXPECT_EQ(graph.name, "graph");
  EXPECT_EQ(graph.metadata.at("producer_name"), "tests");
  EXPECT_EQ(graph.metadata.at("purpose"), "testing");
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(shape_text(graph, graph.inputs[0]), "batch 3 ");
  ASSERT_EQ(graph.order.size(), 1u);
  EXPECT_EQ(graph.node(graph.order[0]).version, 17);
  EXPECT_EQ(floats(*graph.value(find(graph, "w")).constant), (std::vector<float>{1, 2, 3}));
}

TEST(Import, OpsetsThatAreNotKnownYetAreRefused) {
  EXPECT_TRUE(import(write_model(write_add_graph, 27)).ok());
  EXPECT_EQ(import(write_model(write_add_graph, 28)).message(),
            "model.onnx: expected an opset version of at most 27, found 28");
}

TEST(Import, SizesWithoutNamesAreSymbolsOfTheirOwn) {
  const Imported imported = import(write_model([](Writer& g) {
    g.message(11, [](Writer& i) { write_value_info(i, "x", 1, {"batch", "", 7}); });
    g.message(11, [](Writer& i) { write_value_info(i, "y", 1, {"batch", ""}); });
    g.message(11, [](Writer& i) { i.bytes(1, std::string_view("z")); });
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  EXPECT_EQ(shape_text(graph, graph.inputs[0]), "batch x.1 7 ");
  EXPECT_EQ(shape_text(graph, graph.inputs[1]), "batch y.1 ");
  EXPECT_FALSE(graph.value(graph.inputs[2]).type.shape.has_value());
}

TEST(Import, TypesThatAreNoTensorsAreKept) {
  const Imported imported = import(write_model([](Writer& g) {
    g.message(11, [](Writer& i) {
      i.bytes(1, std::string_view("lists"));
      i.message(2, [](Writer& type) { write_nested_sequences(type, 2); });
    });
    g.message(11, [](Writer& i) {
      i.bytes(1, std::string_view("maybe"));
      i.message(2, [](Writer& type) {
        type.message(9, [](Writer& optional) {
          optional.message(1, [](Writer& inner) {
            inner.message(5, [](Writer& map) {
              map.varint(1, 8);
              map.message(2, [](Writer& values) {
                values.message(1, [](Writer& tensor) { tensor.varint(1, 7); });
              });
            });
          });
        });
      });
    });
    g.message(12, [](Writer& o) { write_value_info(o, "lists", 1, {"n"}); });
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  const auto text = [&](ValueId id) { return type_text(*graph.exprs, *graph.value(id).object); };
  EXPECT_EQ(text(graph.inputs[0]), "a sequence of a sequence of float32 of any rank");
  EXPECT_EQ(text(graph.inputs[1]), "an optional of a map from string to int64 of any rank");
  EXPECT_EQ(type_text(*graph.exprs, graph.output_types[0]), "float32 [n]");
}

TEST(Import, RawDataIsNotCopiedWhereItIsAligned) {
  // One of four neighbours of the model puts the elements on a multiple of four.
  int in_place = 0;
  for (size_t shift = 0; shift < 4; ++shift) {
    auto owner =
        std::make_shared<std::string>(std::string(shift, '\0') + write_model(write_add_graph));
    const auto* begin = reinterpret_cast<const std::byte*>(owner->data()) + shift;
    const Imported imported = onnx::import_model({begin, owner->size() - shift}, owner, "m");
    ASSERT_TRUE(imported.ok());
    const graph::Tensor& w = *(*imported)->value(find(**imported, "w")).constant;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(w.data.data()) % 4, 0u);
    EXPECT_EQ(floats(w), (std::vector<float>{1, 2, 3}));
    in_place += w.data.data() >= begin && w.data.data() < begin + owner->size();
  }
  EXPECT_EQ(in_place, 1);
}

TEST(Import, TypedFieldsOfEveryWidth) {
  struct Case {
    int type;
    uint32_t field;
    std::vector<int64_t> expected;
  };
  for (const Case& c : {Case{7, 7, {1, -2}}, Case{6, 5, {1, -2}}, Case{3, 5, {1, -2}},
                        Case{2, 5, {1, 200}}, Case{9, 5, {0, 1}}, Case{12, 11, {1, 4000000000}}}) {
    const Imported imported = import(write_model([&](Writer& g) {
      g.message(5, [&](Writer& t) {
        write_tensor_fields(t, "w", {2}, c.type);
        t.packed(c.field, c.expected);
      });
    }));
    ASSERT_TRUE(imported.ok()) << imported.message();
    EXPECT_EQ(graph::integer_elements(*(*imported)->value(find(**imported, "w")).constant),
              c.expected);
  }
  const Imported halves = import(write_model([&](Writer& g) {
    g.message(5, [&](Writer& t) {
      write_tensor_fields(t, "w", {1}, 10);
      t.int64(5, 0x3C00);
    });
  }));
  ASSERT_TRUE(halves.ok());
  EXPECT_EQ(floats(*(*halves)->value(find(**halves, "w")).constant), std::vector<float>{1});
}

TEST(Import, ElementsOfLessThanAByteAreUnpacked) {
  const auto imported = [](int type, bool raw) {
    return import(write_model([&](Writer& g) {
      g.message(5, [&](Writer& t) {
        if (raw) return write_raw_tensor(t, "w", {3}, type, "\xF1\b");
        write_tensor_fields(t, "w", {3}, type);
        t.packed(5, std::vector<int64_t>{0xF1, 0x08});
      });
    }));
  };
  for (bool raw : {false, true}) {
    const Imported nibbles = imported(22, raw), naturals = imported(21, raw);
    ASSERT_TRUE(nibbles.ok() && naturals.ok()) << nibbles.message();
    EXPECT_EQ(graph::integer_elements(*(*nibbles)->value(find(**nibbles, "w")).constant),
              (std::vector<int64_t>{1, -1, -8}));
    EXPECT_EQ(graph::integer_elements(*(*naturals)->value(find(**naturals, "w")).constant),
              (std::vector<int64_t>{1, 15, 8}));
  }
}

TEST(Import, InitializersThatAreInputsAreConstants) {
  const Imported imported = import(write_model([](Writer& g) {
    write_add_graph(g);
    g.message(11, [](Writer& i) { write_value_info(i, "w", 1, {3}); });
  }));
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ((*imported)->inputs.size(), 1u);
  ASSERT_EQ((*imported)->overridable.size(), 1u);
  EXPECT_EQ((*imported)->value((*imported)->overridable[0]).name, "w");
}

TEST(Import, ConstantNodesAndNodesInAnyOrder) {
  const Imported imported = import(write_model([](Writer& g) {
    g.message(1, [](Writer& n) { write_node(n, "Relu", {"sum"}, {"y"}); });
    g.message(1, [](Writer& n) { write_node(n, "Add", {"x", "c"}, {"sum"}); });
    g.message(1, [](Writer& n) {
      write_node(n, "Constant", {}, {"c"});
      n.message(5, [](Writer& a) {
        a.bytes(1, std::string_view("value_float"));
        a.float32(2, 2.5f);
        a.varint(20, 1);
      });
    });
    g.message(11, [](Writer& i) { write_value_info(i, "x", 1, {3}); });
    g.message(12, [](Writer& o) { o.bytes(1, std::string_view("y")); });
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  ASSERT_EQ(graph.order.size(), 2u);
  EXPECT_EQ(graph.node(graph.order[0]).op_type, "Add");
  EXPECT_EQ(floats(*graph.value(find(graph, "c")).constant), std::vector<float>{2.5f});
}

// A graph of one Relu over a value from outside.
void write_reader(Writer& g, const std::string& reads) {
  g.message(1, [&](Writer& n) { write_node(n, "Relu", {reads}, {"inner_" + reads}); });
  g.message(12, [&](Writer& o) { o.bytes(1, "inner_" + reads); });
}

template <class Body>
void write_graph_attribute(Writer& n, std::string_view name, Body&& body) {
  n.message(5, [&](Writer& a) {
    a.bytes(1, name);
    a.message(6, body);
    a.varint(20, 5);
  });
}

TEST(Import, SubgraphsCaptureThroughEveryLevel) {
  const Imported imported = import(write_model([](Writer& g) {
    write_add_graph(g);
    g.message(11, [](Writer& i) { write_value_info(i, "c", 9, {}); });
    g.message(1, [](Writer& n) {
      write_node(n, "If", {"c"}, {"z"});
      write_graph_attribute(n, "then_branch", [](Writer& sub) { write_reader(sub, "w"); });
      write_graph_attribute(n, "else_branch", [](Writer& sub) {
        sub.message(1, [](Writer& inner) {
          write_node(inner, "If", {"c"}, {"deep"});
          write_graph_attribute(inner, "then_branch", [](Writer& s) { write_reader(s, "y"); });
          write_graph_attribute(inner, "else_branch", [](Writer& s) { write_reader(s, "x"); });
        });
        sub.message(12, [](Writer& o) { o.bytes(1, std::string_view("deep")); });
      });
    });
    g.message(12, [](Writer& o) { o.bytes(1, std::string_view("z")); });
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  const graph::Node* branch = nullptr;
  for (const graph::Node& node : graph.nodes)
    if (node.is("If")) branch = &node;
  ASSERT_NE(branch, nullptr);
  // Constants go in as they are.
  EXPECT_TRUE(branch->subgraph("then_branch")->captures.empty());
  const Graph& middle = *branch->subgraph("else_branch");
  EXPECT_EQ(middle.captures.size(), 3u);  // c, y and x
  const Graph& deep = *middle.node(middle.order[0]).subgraph("then_branch");
  ASSERT_EQ(deep.captures.size(), 1u);
  EXPECT_EQ(middle.value(deep.captures[0].outer).name, "y");
}

// ---- what breaks the format

struct Broken {
  const char* name;
  std::string model;
  StatusCode code;
  const char* says;
};

std::vector<Broken> broken_models() {
  const auto tensor = [](std::vector<int64_t> dims, int type, std::string_view raw) {
    return write_model([&](Writer& g) {
      g.message(5, [&](Writer& t) { write_raw_tensor(t, "w", dims, type, raw); });
    });
  };
  const auto nodes = [](std::initializer_list<std::pair<const char*, const char*>> edges) {
    return write_model([&](Writer& g) {
      for (const auto& [from, to] : edges)
        g.message(1, [&](Writer& n) { write_node(n, "Relu", {from}, {to}); });
      g.message(11, [](Writer& i) { write_value_info(i, "x", 1, {3}); });
    });
  };
  const auto two_inputs = write_model([](Writer& g) {
    for (int i = 0; i < 2; ++i)
      g.message(11, [](Writer& in) { write_value_info(in, "x", 1, {3}); });
  });
  std::string no_opset;
  Writer w(no_opset);
  w.varint(1, 8);
  w.message(7, write_add_graph);
  constexpr auto kCorrupt = StatusCode::kCorrupt, kUnsupported = StatusCode::kUnsupported;
  return {
      {"empty", "", kCorrupt, "found no graph"},
      {"cut", write_model(write_add_graph).substr(0, 40), kCorrupt, "byte"},
      {"short raw data", tensor({3}, 1, "12345678"), kCorrupt,
       "expected 12 bytes for float32 [3], found 8"},
      {"short nibbles", tensor({3}, 22, "1"), kCorrupt, "expected 2 bytes for int4 [3], found 1"},
      {"unpacked nibbles", tensor({3}, 21, "123"), kCorrupt,
       "expected 2 bytes for uint4 [3], found 3"},
      {"long pairs of bits", tensor({4}, 26, "12"), kCorrupt,
       "expected 1 bytes for int2 [4], found 2"},
      {"short float8", tensor({3}, 17, "12"), kCorrupt,
       "expected 3 bytes for float8e4m3fn [3], found 2"},
      {"short complex", tensor({1}, 14, "1234"), kCorrupt,
       "expected 8 bytes for complex64 [1], found 4"},
      {"negative size", tensor({-3}, 1, ""), kCorrupt, "at least 0, found [-3]"},
      {"huge", tensor({int64_t{1} << 62}, 1, ""), kCorrupt, "too large"},
      {"huge product", tensor({1 << 30, 1 << 30, 1 << 30}, 2, ""), kCorrupt, "too large"},
      {"unknown type", tensor({1}, 99, "1"), kUnsupported, "type 99"},
      {"missing input", nodes({{"nothing", "y"}}), kCorrupt, "nothing makes its input \"nothing\""},
      {"cycle", nodes({{"b", "a"}, {"a", "b"}}), kCorrupt, "depend on its own output"},
      {"self", nodes({{"a", "a"}}), kCorrupt, "depend on its own output"},
      {"two makers", nodes({{"x", "y"}, {"x", "y"}}), kCorrupt, "one value named \"y\", found two"},
      {"two inputs", two_inputs, kCorrupt, "one value named \"x\", found two"},
      {"name in Latin-1", nodes({{"x", "\xE9t\xE9"}}), kCorrupt, "expected UTF-8"},
      {"no opset", no_opset, kCorrupt, "expected an opset import for domain \"\""},
      {"missing output", write_model([](Writer& g) {
         g.message(12, [](Writer& o) { o.bytes(1, std::string_view("y")); });
       }),
       kCorrupt, "nothing makes the graph output \"y\""},
      {"internal domain", write_model([](Writer& g) {
         g.message(1, [](Writer& n) {
           write_node(n, "StateAppend", {}, {"y"});
           n.bytes(7, std::string_view("inlay"));
         });
       }),
       kUnsupported, "domain \"inlay\""},
      {"sparse tensor", write_model([](Writer& g) {
         g.message(11, [](Writer& i) {
           i.bytes(1, std::string_view("x"));
           i.message(2, [](Writer& t) { t.message(8, [](Writer&) {}); });
         });
       }),
       kUnsupported, "a sparse tensor"},
      {"nested types", write_model([](Writer& g) {
         g.message(11, [](Writer& i) {
           i.bytes(1, std::string_view("x"));
           i.message(2, [](Writer& t) { write_nested_sequences(t, 20); });
         });
       }),
       kUnsupported, "a type of at most 16 levels"},
      {"attribute without a value", write_model([](Writer& g) {
         g.message(1, [](Writer& n) {
           write_node(n, "Relu", {}, {"y"});
           n.message(5, [](Writer& a) { a.bytes(1, std::string_view("alpha")); });
         });
       }),
       kCorrupt, "attribute \"alpha\": expected a value"},
  };
}

TEST(Import, BreachesAreOneLineThatNamesThem) {
  for (const Broken& broken : broken_models()) {
    SCOPED_TRACE(broken.name);
    const Imported imported = import(broken.model);
    ASSERT_FALSE(imported.ok());
    EXPECT_EQ(imported.code(), broken.code) << imported.message();
    EXPECT_NE(imported.message().find(broken.says), std::string_view::npos) << imported.message();
    EXPECT_EQ(imported.message().substr(0, 10), "model.onnx") << imported.message();
    EXPECT_EQ(imported.message().find('\n'), std::string_view::npos);
  }
}

TEST(Import, DeepSubgraphsEndInAnError) {
  std::string graph;
  for (int depth = 0; depth < 200; ++depth) {
    std::string outer;
    Writer w(outer);
    w.message(1, [&](Writer& n) {
      write_node(n, "If", {}, {format("y{}", depth)});
      n.message(5, [&](Writer& a) {
        a.bytes(1, std::string_view("then_branch"));
        a.bytes(6, graph);
      });
    });
    graph = std::move(outer);
  }
  std::string model;
  Writer w(model);
  w.varint(1, 8);
  w.bytes(7, graph);
  w.message(8, [](Writer& opset) { opset.varint(2, 17); });
  EXPECT_EQ(import(model).code(), StatusCode::kCorrupt);
}

// ---- external data

class ExternalData : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("inlay_external_data_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "inner");
    write(folder_ / "outside.bin", std::string(64, 'x'));
    write(folder_ / "inner" / "weights.bin",
          std::string(16, '\0') + std::string("\0\0\x80?\0\0\0@", 8));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  Imported open(const std::string& location, const std::string& offset = "16",
                const std::string& length = "8") {
    write(folder_ / "inner" / "model.onnx", write_model([&](Writer& g) {
            g.message(5, [&](Writer& t) {
              write_tensor_fields(t, "w", {2}, 1);
              for (const auto& [key, value] : {std::pair{std::string("location"), location},
                                               std::pair{std::string("offset"), offset},
                                               std::pair{std::string("length"), length}})
                if (!value.empty())
                  t.message(13, [&](Writer& entry) {
                    entry.bytes(1, key);
                    entry.bytes(2, value);
                  });
              t.varint(14, 1);
            });
          }));
    auto file = MappedFile::open((folder_ / "inner" / "model.onnx").string());
    if (!file.ok()) return std::move(file).status();
    return onnx::import_model(std::move(*file));
  }

  std::filesystem::path folder_;
};

TEST_F(ExternalData, IsMappedBesideTheModel) {
  const Imported imported = open("weights.bin");
  ASSERT_TRUE(imported.ok()) << imported.message();
  const graph::Tensor& w = *(*imported)->value(find(**imported, "w")).constant;
  EXPECT_EQ(floats(w), (std::vector<float>{1, 2}));
  ASSERT_NE(w.file, nullptr);
  EXPECT_EQ(w.data.data(), w.file->bytes().data() + 16);
}

TEST_F(ExternalData, LengthFollowsFromTheShapeWhereItIsMissing) {
  EXPECT_TRUE(open("weights.bin", "16", "").ok());
}

TEST_F(ExternalData, StaysInsideTheFolder) {
  const std::string absolute = (folder_ / "outside.bin").string();
  for (const std::string& location :
       {std::string("../outside.bin"), std::string("a/../../outside.bin"),
        std::string("..\\outside.bin"), absolute, std::string("C:/outside.bin"), std::string("")}) {
    SCOPED_TRACE(location);
    EXPECT_EQ(open(location, "0", "8").code(), StatusCode::kCorrupt);
  }
}

TEST_F(ExternalData, RangesMustLieInTheFile) {
  EXPECT_EQ(open("weights.bin", "17", "8").code(), StatusCode::kCorrupt);
  EXPECT_EQ(open("weights.bin", "18446744073709551608", "8").code(), StatusCode::kCorrupt);
  EXPECT_EQ(open("weights.bin", "-8", "8").code(), StatusCode::kCorrupt);
  EXPECT_EQ(open("weights.bin", "16", "4").code(), StatusCode::kCorrupt);
  EXPECT_EQ(open("missing.bin").code(), StatusCode::kNotFound);
}

TEST_F(ExternalData, IsNotFoundFromMemory) {
  const std::string bytes = write_model([](Writer& g) {
    g.message(5, [](Writer& t) {
      write_tensor_fields(t, "w", {2}, 1);
      t.message(13, [](Writer& entry) {
        entry.bytes(1, std::string_view("location"));
        entry.bytes(2, std::string_view("weights.bin"));
      });
      t.varint(14, 1);
    });
  });
  EXPECT_EQ(import(bytes).code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace inlay::test
