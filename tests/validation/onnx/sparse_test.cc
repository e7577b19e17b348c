// Sparse initializers and attributes, as dense constants.
#include <gtest/gtest.h>

#include <cstring>

#include "onnx/import.h"
#include "onnx/model_writer.h"

namespace inlay::test {
namespace {

using graph::DType;
using graph::Graph;

using Imported = Result<std::shared_ptr<Graph>>;

Imported import(const std::string& bytes) {
  auto owner = std::make_shared<std::string>(bytes);
  const std::span<const std::byte> view(reinterpret_cast<const std::byte*>(owner->data()),
                                        owner->size());
  return onnx::import_model(view, owner, "model.onnx");
}

struct Sparse {
  std::vector<int64_t> dims;
  std::vector<int64_t> indices_shape, indices;
  int type = 6;                          // int32
  std::vector<int64_t> values = {7, 8};  // as int32_data
  int indices_type = 7;                  // int64
};

void write_sparse(Writer& w, const Sparse& sparse) {
  w.message(1, [&](Writer& values) {
    write_tensor_fields(values, "s", {static_cast<int64_t>(sparse.values.size())}, sparse.type);
    values.packed(5, sparse.values);
  });
  w.message(2, [&](Writer& indices) {
    write_tensor_fields(indices, "", sparse.indices_shape, sparse.indices_type);
    indices.packed(sparse.indices_type == 7 ? 7 : 5, sparse.indices);
  });
  w.packed(3, sparse.dims);
}

std::string model_with(const Sparse& sparse) {
  return write_model(
      [&](Writer& g) { g.message(15, [&](Writer& s) { write_sparse(s, sparse); }); });
}

const graph::Tensor& constant(const Imported& imported) {
  static const graph::Tensor none;
  EXPECT_TRUE(imported.ok()) << imported.message();
  if (!imported.ok()) return none;
  const graph::Value& value = (*imported)->values.at(0);
  EXPECT_EQ(value.name, "s");
  return *value.constant;
}

using Integers = std::vector<int64_t>;

TEST(Sparse, BothFormsOfIndices) {
  const Imported pairs = import(model_with({{2, 3}, {2, 2}, {0, 1, 1, 2}}));
  EXPECT_EQ(graph::integer_elements(constant(pairs)), (Integers{0, 7, 0, 0, 0, 8}));
  EXPECT_EQ(constant(pairs).shape, (Integers{2, 3}));
  const Imported flat = import(model_with({{2, 3}, {2}, {1, 5}}));
  EXPECT_EQ(graph::integer_elements(constant(flat)), (Integers{0, 7, 0, 0, 0, 8}));
}

TEST(Sparse, EveryTypeOfElements) {
  for (const auto& [type, bytes] :
       {std::pair{2, 1}, {3, 1}, {9, 1}, {10, 2}, {16, 2}, {17, 1}, {22, 1}}) {
    SCOPED_TRACE(type);
    // Two nibbles in one number.
    const bool packed = type == 22;
    const Imported imported = import(write_model([&](Writer& g) {
      g.message(15, [&](Writer& s) {
        s.message(1, [&](Writer& values) {
          write_tensor_fields(values, "s", {2}, type);
          values.packed(5, packed ? std::vector<int64_t>{0x21} : std::vector<int64_t>{1, 1});
        });
        s.message(2, [&](Writer& indices) {
          write_tensor_fields(indices, "", {2}, 7);
          indices.packed(7, std::vector<int64_t>{1, 3});
        });
        s.packed(3, std::vector<int64_t>{4});
      });
    }));
    const graph::Tensor& tensor = constant(imported);
    EXPECT_EQ(tensor.data.size(), 4u * static_cast<size_t>(bytes));
    const std::vector<std::byte> zero(static_cast<size_t>(bytes));
    for (int i = 0; i < 4; ++i) {
      const bool is_zero =
          std::memcmp(tensor.data.data() + i * bytes, zero.data(), zero.size()) == 0;
      EXPECT_EQ(is_zero, i % 2 == 0) << i;
    }
  }
}

TEST(Sparse, Strings) {
  const Imported imported = import(write_model([](Writer& g) {
    g.message(15, [](Writer& s) {
      s.message(1, [](Writer& values) {
        write_tensor_fields(values, "s", {1}, 8);
        values.bytes(6, std::string_view("text"));
      });
      s.message(2, [](Writer& indices) {
        write_tensor_fields(indices, "", {1}, 7);
        indices.packed(7, std::vector<int64_t>{1});
      });
      s.packed(3, std::vector<int64_t>{2});
    });
  }));
  EXPECT_EQ(constant(imported).strings, (std::vector<std::string>{"", "text"}));
}

TEST(Sparse, EmptyOnes) {
  EXPECT_EQ(graph::integer_elements(constant(import(model_with({{3}, {0}, {}, 6, {}})))),
            (Integers{0, 0, 0}));
  EXPECT_EQ(constant(import(model_with({{0, 3}, {0, 2}, {}, 6, {}}))).data.size(), 0u);
}

TEST(Sparse, ConstantNodesHaveThem) {
  const Imported imported = import(write_model([](Writer& g) {
    g.message(1, [](Writer& n) {
      write_node(n, "Constant", {}, {"s"});
      n.message(5, [](Writer& a) {
        a.bytes(1, std::string_view("sparse_value"));
        a.message(22, [](Writer& s) { write_sparse(s, {{4}, {2}, {0, 2}}); });
        a.varint(20, 11);
      });
    });
  }));
  EXPECT_EQ(graph::integer_elements(constant(imported)), (Integers{7, 0, 8, 0}));
}

TEST(Sparse, BreachesAreOneLineThatNamesThem) {
  const struct {
    Sparse sparse;
    StatusCode code;
    const char* says;
  } cases[] = {
      {{{2, 3}, {2, 2}, {0, 1, 2, 0}}, StatusCode::kCorrupt, "expected indices in [0, 2), found 2"},
      {{{2, 3}, {2, 2}, {0, 1, 1, -1}}, StatusCode::kCorrupt, "indices in [0, 3), found -1"},
      {{{2, 3}, {2}, {1, 6}}, StatusCode::kCorrupt, "indices in [0, 6), found 6"},
      {{{2, 3}, {2}, {4, 1}},
       StatusCode::kCorrupt,
       "in ascending order, each once, found 1 after 4"},
      {{{2, 3}, {2}, {4, 4}},
       StatusCode::kCorrupt,
       "in ascending order, each once, found 4 after 4"},
      {{{2, 3}, {3}, {0, 1, 2}},
       StatusCode::kCorrupt,
       "indices of int64 [2] or [2, 2], found int64 [3]"},
      {{{2, 3}, {2}, {0, 1}, 6, {7, 8}, 6}, StatusCode::kCorrupt, "found int32 [2]"},
      {{{-2}, {2}, {0, 1}}, StatusCode::kCorrupt, "at least 0, found [-2]"},
      {{{0}, {2}, {0, 1}}, StatusCode::kCorrupt, "indices in [0, 0), found 0"},
      {{{int64_t{1} << 31, int64_t{1} << 31}, {2}, {0, 1}}, StatusCode::kCorrupt, "too large"},
      {{{int64_t{1} << 31}, {2}, {0, 1}}, StatusCode::kUnsupported, "at most 1073741824 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.says);
    const Imported imported = import(model_with(c.sparse));
    ASSERT_FALSE(imported.ok());
    EXPECT_EQ(imported.code(), c.code);
    EXPECT_NE(imported.message().find(c.says), std::string_view::npos) << imported.message();
    EXPECT_EQ(imported.message().find("model.onnx: sparse tensor \"s\": "), 0u)
        << imported.message();
    EXPECT_EQ(imported.message().find('\n'), std::string_view::npos);
  }
}

}  // namespace
}  // namespace inlay::test
