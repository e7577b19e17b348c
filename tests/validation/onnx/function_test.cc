// Functions of a model: their nodes take the place of each call.
#include <gtest/gtest.h>

#include "onnx/import.h"
#include "onnx/model_writer.h"

namespace inlay::test {
namespace {

using graph::Graph;
using graph::Node;
using Names = std::vector<std::string>;

using Imported = Result<std::shared_ptr<Graph>>;

Imported import(const std::string& bytes) {
  auto owner = std::make_shared<std::string>(bytes);
  const std::span<const std::byte> view(reinterpret_cast<const std::byte*>(owner->data()),
                                        owner->size());
  return onnx::import_model(view, owner, "model.onnx");
}

void write_call(Writer& n, const std::string& function, Names inputs, Names outputs) {
  write_node(n, function, std::move(inputs), std::move(outputs));
  n.bytes(7, std::string_view("pkg"));
}

void write_float(Writer& n, std::string_view name, float value) {
  n.message(5, [&](Writer& a) {
    a.bytes(1, name);
    a.float32(2, value);
    a.varint(20, 1);
  });
}

// An attribute that stands for one of the function's.
void write_reference(Writer& n, std::string_view name, std::string_view refers_to, uint64_t type) {
  n.message(5, [&](Writer& a) {
    a.bytes(1, name);
    a.varint(20, type);
    a.bytes(21, refers_to);
  });
}

struct Function {
  std::string name;
  Names inputs, outputs;
  std::string fields;  // nodes, attributes, opset imports
  std::string overload = "";
};

// The fields of one function, as a test writes them.
template <class Body>
std::string fields(Body&& body) {
  std::string out;
  Writer w(out);
  body(w);
  return out;
}

// y = call(x [3]), in a model with those functions.
template <class Call>
std::string model_of(const std::vector<Function>& functions, Call&& call) {
  std::string model = write_model([&](Writer& g) {
    g.message(1, call);
    g.message(11, [](Writer& i) { write_value_info(i, "x", 1, {3}); });
    g.message(12, [](Writer& o) { o.bytes(1, std::string_view("y")); });
  });
  Writer w(model);
  for (const Function& function : functions) {
    const std::string head = fields([&](Writer& f) {
      f.bytes(1, function.name);
      for (const std::string& input : function.inputs) f.bytes(4, input);
      for (const std::string& output : function.outputs) f.bytes(5, output);
      f.bytes(10, std::string_view("pkg"));
      if (!function.overload.empty()) f.bytes(13, function.overload);
    });
    w.bytes(25, head + function.fields);
  }
  return model;
}

void call_f(Writer& n) { write_call(n, "f", {"x"}, {"y"}); }

const Node* only(const Graph& graph, std::string_view op) {
  const Node* found = nullptr;
  for (graph::NodeId id : graph.order)
    if (graph.node(id).is(op)) {
      EXPECT_EQ(found, nullptr) << "two of " << op;
      found = &graph.node(id);
    }
  EXPECT_NE(found, nullptr) << "no " << op;
  return found;
}

const std::string kRelu =
    fields([](Writer& f) { f.message(7, [](Writer& n) { write_node(n, "Relu", {"a"}, {"b"}); }); });

TEST(Functions, NodesTakeTheCallsPlace) {
  const Imported imported = import(model_of({{"f", {"a"}, {"b"}, kRelu}}, call_f));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& graph = **imported;
  ASSERT_EQ(graph.order.size(), 1u);
  const Node& relu = *only(graph, "Relu");
  EXPECT_EQ(relu.inputs[0], graph.inputs[0]);
  EXPECT_EQ(relu.outputs[0], graph.outputs[0]);
  EXPECT_EQ(graph.value(graph.outputs[0]).name, "y");
  EXPECT_EQ(graph.rewrites, Names{"function \"pkg.f\": 1 call inlined"});
}

TEST(Functions, AttributesAreTheCallsOrDefaultsOrLeftOut) {
  const std::string body = fields([](Writer& f) {
    f.message(7, [](Writer& n) {
      write_node(n, "HardSigmoid", {"a"}, {"b"});
      write_reference(n, "alpha", "given", 1);
      write_reference(n, "beta", "usual", 1);
      write_reference(n, "gamma", "missing", 1);
    });
    f.bytes(6, std::string_view("given"));
    f.bytes(6, std::string_view("missing"));
    f.message(11, [](Writer& a) {
      a.bytes(1, std::string_view("usual"));
      a.float32(2, 0.25f);
      a.varint(20, 1);
    });
  });
  const Imported imported = import(model_of({{"f", {"a"}, {"b"}, body}}, [](Writer& n) {
    call_f(n);
    write_float(n, "given", 0.5f);
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Node& node = *only(**imported, "HardSigmoid");
  EXPECT_EQ(node.real("alpha", 9), 0.5f);
  EXPECT_EQ(node.real("beta", 9), 0.25f);
  EXPECT_FALSE(node.attributes.contains("gamma"));
}

TEST(Functions, AttributesGoThroughNestedCalls) {
  const std::string inner = fields([](Writer& f) {
    f.message(7, [](Writer& n) {
      write_node(n, "LeakyRelu", {"a"}, {"b"});
      write_reference(n, "alpha", "slope", 1);
    });
    f.bytes(6, std::string_view("slope"));
  });
  const std::string outer = fields([](Writer& f) {
    f.message(7, [](Writer& n) {
      write_call(n, "inner", {"a"}, {"b"});
      write_reference(n, "slope", "outer_slope", 1);
    });
    f.bytes(6, std::string_view("outer_slope"));
  });
  const Imported imported =
      import(model_of({{"f", {"a"}, {"b"}, outer}, {"inner", {"a"}, {"b"}, inner}}, [](Writer& n) {
        call_f(n);
        write_float(n, "outer_slope", 0.125f);
      }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  EXPECT_EQ(only(**imported, "LeakyRelu")->real("alpha", 9), 0.125f);
}

TEST(Functions, HaveOperatorSetsOfTheirOwn) {
  const std::string body =
      kRelu + fields([](Writer& f) { f.message(9, [](Writer& opset) { opset.varint(2, 9); }); });
  const Imported imported = import(model_of({{"f", {"a"}, {"b"}, body}}, call_f));
  ASSERT_TRUE(imported.ok()) << imported.message();
  EXPECT_EQ(only(**imported, "Relu")->version, 9);
}

TEST(Functions, AreChosenByOverload) {
  const std::string neg = fields(
      [](Writer& f) { f.message(7, [](Writer& n) { write_node(n, "Neg", {"a"}, {"b"}); }); });
  const auto call = [](Writer& n) {
    call_f(n);
    n.bytes(8, std::string_view("second"));
  };
  const Imported imported =
      import(model_of({{"f", {"a"}, {"b"}, kRelu}, {"f", {"a"}, {"b"}, neg, "second"}}, call));
  ASSERT_TRUE(imported.ok()) << imported.message();
  only(**imported, "Neg");
}

TEST(Functions, InputsMayBeLeftOutAndOutputsMayBeInputs) {
  const std::string body = fields([](Writer& f) {
    f.message(7, [](Writer& n) { write_node(n, "Clip", {"a", "low", "high"}, {"unread"}); });
  });
  const Imported imported =
      import(model_of({{"f", {"a", "low", "high"}, {"a", "unread"}, body}}, call_f));
  ASSERT_TRUE(imported.ok()) << imported.message();
  EXPECT_EQ(
      only(**imported, "Clip")->inputs,
      (std::vector<graph::ValueId>{(*imported)->inputs[0], graph::kNoValue, graph::kNoValue}));
  EXPECT_EQ(only(**imported, "Identity")->inputs[0], (*imported)->inputs[0]);
}

TEST(Functions, SubgraphsSeeTheFunctionsNamesAndAttributes) {
  const auto branch = [](Writer& s) {
    s.message(1, [](Writer& n) {
      write_node(n, "LeakyRelu", {"a"}, {"inner"});
      write_reference(n, "alpha", "slope", 1);
    });
    s.message(12, [](Writer& o) { o.bytes(1, std::string_view("inner")); });
  };
  const std::string body = fields([&](Writer& f) {
    f.message(7, [&](Writer& n) {
      write_node(n, "If", {"c"}, {"b"});
      for (const std::string_view name : {"then_branch", "else_branch"})
        n.message(5, [&](Writer& a) {
          a.bytes(1, name);
          a.message(6, branch);
          a.varint(20, 5);
        });
    });
    f.bytes(6, std::string_view("slope"));
  });
  const Imported imported = import(model_of({{"f", {"a", "c"}, {"b"}, body}}, [](Writer& n) {
    write_call(n, "f", {"x", "x"}, {"y"});
    write_float(n, "slope", 0.75f);
  }));
  ASSERT_TRUE(imported.ok()) << imported.message();
  const Graph& sub = *only(**imported, "If")->subgraph("then_branch");
  ASSERT_EQ(sub.captures.size(), 1u);
  EXPECT_EQ(sub.captures[0].outer, (*imported)->inputs[0]);
  EXPECT_EQ(only(sub, "LeakyRelu")->real("alpha", 9), 0.75f);
}

// ---- what is refused

std::string message_of(const std::vector<Function>& functions) {
  const Imported imported = import(model_of(functions, call_f));
  EXPECT_FALSE(imported.ok());
  EXPECT_EQ(imported.message().find('\n'), std::string_view::npos);
  return std::string(imported.message());
}

// A body that calls each of `names` in turn.
std::string calling(const Names& names) {
  return fields([&](Writer& f) {
    std::string value = "a";
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string made = i + 1 == names.size() ? "b" : format("v{}", i);
      f.message(7, [&](Writer& n) { write_call(n, names[i], {value}, {made}); });
      value = made;
    }
  });
}

TEST(Functions, RecursionIsAnError) {
  EXPECT_EQ(message_of({{"f", {"a"}, {"b"}, calling({"f"})}}),
            "model.onnx: function \"pkg.f\" calls itself");
  EXPECT_EQ(message_of({{"f", {"a"}, {"b"}, calling({"g"})}, {"g", {"a"}, {"b"}, calling({"f"})}}),
            "model.onnx: function \"pkg.f\" calls itself");
}

TEST(Functions, RecursionThroughSubgraphsIsAnError) {
  const std::string body = fields([](Writer& f) {
    f.message(7, [](Writer& n) {
      write_node(n, "If", {"a"}, {"b"});
      n.message(5, [](Writer& a) {
        a.bytes(1, std::string_view("then_branch"));
        a.message(6, [](Writer& s) {
          s.message(1, [](Writer& inner) { write_call(inner, "f", {"a"}, {"c"}); });
          s.message(12, [](Writer& o) { o.bytes(1, std::string_view("c")); });
        });
        a.varint(20, 5);
      });
    });
  });
  EXPECT_EQ(message_of({{"f", {"a"}, {"b"}, body}}), "model.onnx: function \"pkg.f\" calls itself");
}

// Each level calls the next one twice: 2^40 nodes of a file of 3 kB.
TEST(Functions, GrowthIsBounded) {
  std::vector<Function> functions = {{"f", {"a"}, {"b"}, calling({"f0", "f0"})}};
  for (int i = 0; i < 40; ++i)
    functions.push_back({format("f{}", i),
                         {"a"},
                         {"b"},
                         i == 39 ? kRelu : calling({format("f{}", i + 1), format("f{}", i + 1)})});
  EXPECT_NE(message_of(functions).find("expected at most 262144 nodes"), std::string::npos);
}

TEST(Functions, LevelsAreBounded) {
  std::vector<Function> functions = {{"f", {"a"}, {"b"}, calling({"f0"})}};
  for (int i = 0; i < 200; ++i)
    functions.push_back(
        {format("f{}", i), {"a"}, {"b"}, i == 199 ? kRelu : calling({format("f{}", i + 1)})});
  EXPECT_NE(message_of(functions).find("expected at most 100 levels of calls"), std::string::npos);
}

TEST(Functions, BreachesAreOneLineThatNamesThem) {
  const std::string undeclared = fields([](Writer& f) {
    f.message(7, [](Writer& n) {
      write_node(n, "Elu", {"a"}, {"b"});
      write_reference(n, "alpha", "nowhere", 1);
    });
  });
  const std::string outside = fields(
      [](Writer& f) { f.message(7, [](Writer& n) { write_node(n, "Relu", {"x"}, {"b"}); }); });
  const struct {
    std::vector<Function> functions;
    const char* says;
  } cases[] = {
      {{{"f", {}, {"b"}, kRelu}}, "expected at most 0 inputs, found 1"},
      {{{"f", {"a"}, {}, kRelu}}, "expected at most 0 outputs, found 1"},
      {{{"f", {"a"}, {"c"}, kRelu}}, "function \"pkg.f\": nothing makes its output \"c\""},
      {{{"f", {"a", "a"}, {"b"}, kRelu}}, "one value named \"a\", found two"},
      {{{"f", {"a"}, {"b"}, kRelu}, {"f", {"a"}, {"b"}, kRelu}},
       "expected one function \"pkg.f\", found two"},
      {{{"f", {"a"}, {"b"}, undeclared}}, "function \"pkg.f\" has no attribute \"nowhere\""},
      {{{"f", {"a"}, {"b"}, outside}}, "nothing makes its input \"x\""},
      {{{"", {"a"}, {"b"}, kRelu}}, "expected a name of the function"},
      {{}, "expected an opset import for domain \"pkg\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.says);
    const std::string message = message_of(c.functions);
    EXPECT_NE(message.find(c.says), std::string::npos) << message;
    EXPECT_EQ(message.substr(0, 10), "model.onnx") << message;
  }
}

TEST(Functions, ReferencesOutsideOfFunctionsAreRefused) {
  const Imported imported = import(model_of({}, [](Writer& n) {
    write_node(n, "Elu", {"x"}, {"y"});
    write_reference(n, "alpha", "nowhere", 1);
  }));
  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.message(),
            "model.onnx: attribute \"alpha\": expected a value, found a reference to a function's "
            "attribute \"nowhere\"");
}

}  // namespace
}  // namespace inlay::test
