// Models that ONNX's format allows and that no engine can run: each is refused in one line, when it is opened or run.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "onnx/model_writer.h"
#include "runtime/session.h"

namespace inlay::test {
namespace {

using runtime::Model;
using runtime::NamedTensor;
using runtime::Session;

void write_output(Writer& g, std::string_view name = "y") {
  g.message(12, [&](Writer& o) { o.bytes(1, name); });
}
void write_input(Writer& g, std::string_view name, std::vector<Dim> dims) {
  g.message(11, [&](Writer& i) { write_value_info(i, name, 1, std::move(dims)); });
}
void write_shape(Writer& g, std::string_view name, std::vector<int64_t> sizes) {
  g.message(5, [&](Writer& t) {
    write_tensor_fields(t, name, {static_cast<int64_t>(sizes.size())}, 7);
    t.packed(7, sizes);
  });
}

class BadModels : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::path(testing::TempDir()) /
        format("inlay_bad_{}.onnx", testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  void TearDown() override { std::filesystem::remove(path_); }

  Result<std::shared_ptr<const Model>> open(const std::string& bytes, bool rewrite = true) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return Model::open(path_.string(), {.access = FileAccess::kMap, .rewrite = rewrite});
  }

  // What opening the model or running it says, with rewrites and without.
  void expect_refused(const std::string& bytes, std::string_view says, bool run = false) {
    for (bool rewrite : {true, false}) {
      auto model = open(bytes, rewrite);
      Status status = run && model.ok() ? run_once(*model) : std::move(model).status();
      ASSERT_FALSE(status.ok());
      EXPECT_NE(status.message().find(says), std::string_view::npos) << status.message();
      EXPECT_EQ(status.message().find('\n'), std::string_view::npos) << status.message();
    }
  }

  // Every input is one element 1 along each axis.
  static Status run_once(const std::shared_ptr<const Model>& model) {
    INLAY_ASSIGN(auto session, Session::create(model, {.threads = 1}));
    const float one = 1;
    const std::vector<int64_t> shape = {1};
    std::vector<NamedTensor> inputs;
    for (const auto& input : model->info().inputs)
      inputs.push_back(
          {input.name, {graph::DType::kFloat32, shape, reinterpret_cast<const std::byte*>(&one)}});
    return session->run(inputs, {}, {}).status();
  }

  std::filesystem::path path_;
};

TEST_F(BadModels, ShapesThatContradictEachOther) {
  expect_refused(write_model([](Writer& g) {
                   g.message(1, [](Writer& n) { write_node(n, "Add", {"a", "b"}, {"y"}); });
                   write_input(g, "a", {2});
                   write_input(g, "b", {3});
                   write_output(g);
                 }),
                 "node \"/Add\" (Add): broadcast: expected equal sizes, found 2 and 3");
  expect_refused(write_model([](Writer& g) {
                   g.message(1, [](Writer& n) { write_node(n, "MatMul", {"a", "b"}, {"y"}); });
                   write_input(g, "a", {"n", 3});
                   write_input(g, "b", {4, 5});
                   write_output(g);
                 }),
                 "found 3 and 4");
}

TEST_F(BadModels, TensorsOf2To62Elements) {
  const int64_t half = int64_t{1} << 31;
  const std::pair<const char*, const char*> cases[] = {
      {"ConstantOfShape",
       "node \"/Neg\" (Neg): output \"y\" of [2147483648, 2147483648]: cannot allocate"},
      {"Expand", "node \"/Neg\" (Neg): output \"y\" of [4611686018427387904]: cannot allocate"},
      {"Tile", "node \"/Tile\" (Tile): a tensor would need"}};
  for (const auto& [op, says] : cases) {
    SCOPED_TRACE(op);
    const bool alone = std::string_view(op) == "ConstantOfShape";
    expect_refused(
        write_model([&](Writer& g) {
          write_shape(g, "shape", alone ? std::vector{half, half} : std::vector{half * half});
          g.message(1, [&](Writer& n) {
            std::vector<std::string> inputs = {"x", "shape"};
            if (alone) inputs = {"shape"};
            write_node(n, op, inputs, {"big"});
          });
          g.message(1, [&](Writer& n) { write_node(n, "Neg", {"big"}, {"y"}); });
          write_input(g, "x", {1});
          write_output(g);
        }),
        says, true);
  }
}

TEST_F(BadModels, InputsOf2To62Elements) {
  const int64_t half = int64_t{1} << 31;
  expect_refused(write_model([&](Writer& g) {
                   g.message(1, [](Writer& n) { write_node(n, "Neg", {"x"}, {"y"}); });
                   write_input(g, "x", {half, half});
                   write_output(g);
                 }),
                 "input \"x\": expected float32 [2147483648, 2147483648], found float32 [1]", true);
}

TEST_F(BadModels, UnknownOperatorsAreListedTogether) {
  std::string model = write_model([](Writer& g) {
    g.message(1, [](Writer& n) { write_node(n, "Foo", {"x"}, {"a"}); });
    g.message(1, [](Writer& n) {
      write_node(n, "Bar", {"a"}, {"b"});
      n.bytes(7, std::string_view("com.example"));
    });
    g.message(1, [](Writer& n) {
      write_node(n, "If", {"x"}, {"y"});
      for (const std::string_view name : {"then_branch", "else_branch"})
        n.message(5, [&](Writer& a) {
          a.bytes(1, name);
          a.message(6, [](Writer& s) {
            s.message(1, [](Writer& inner) { write_node(inner, "Inside", {"b"}, {"c"}); });
            write_output(s, "c");
          });
          a.varint(20, 5);
        });
    });
    write_input(g, "x", {1});
    write_output(g);
  });
  Writer w(model);
  w.message(8, [](Writer& opset) {
    opset.bytes(1, std::string_view("com.example"));
    opset.varint(2, 3);
  });
  expect_refused(
      model, "the model uses operators that inlay lacks: Bar-3 (com.example), Foo-17, Inside-17");
}

TEST_F(BadModels, ExternalDataThatIsNotThere) {
  expect_refused(write_model([](Writer& g) {
                   g.message(5, [](Writer& t) {
                     write_tensor_fields(t, "w", {2}, 1);
                     t.message(13, [](Writer& entry) {
                       entry.bytes(1, std::string_view("location"));
                       entry.bytes(2, std::string_view("no_such_file.bin"));
                     });
                     t.varint(14, 1);
                   });
                   g.message(1, [](Writer& n) { write_node(n, "Neg", {"w"}, {"y"}); });
                   write_output(g);
                 }),
                 "no_such_file.bin");
}

TEST_F(BadModels, SubgraphsThatReadThemselves) {
  expect_refused(write_model([](Writer& g) {
                   g.message(1, [](Writer& n) {
                     write_node(n, "If", {"x"}, {"y"});
                     for (const std::string_view name : {"then_branch", "else_branch"})
                       n.message(5, [&](Writer& a) {
                         a.bytes(1, name);
                         a.message(6, [](Writer& s) {
                           s.message(1, [](Writer& i) { write_node(i, "Neg", {"y"}, {"z"}); });
                           write_output(s, "z");
                         });
                         a.varint(20, 5);
                       });
                   });
                   write_input(g, "x", {1});
                   write_output(g);
                 }),
                 "depend on its own output");
}

}  // namespace
}  // namespace inlay::test
