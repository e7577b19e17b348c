// Strings, sequences and optionals, and control flow that no plan can be made of.
#include "runtime/interpreter.h"

#include <gmock/gmock.h>

#include <functional>
#include <thread>

#include "ops/objects/object_graph.h"
#include "runtime/graphs.h"
#include "runtime/values.h"

namespace inlay::runtime {
namespace {

using graph::TensorRef;
using ops::AnyValue;
using ops::Sequence;
using ops::ValueKind;
using ::testing::HasSubstr;
using Attributes = GraphMaker::Attributes;
using Integers = std::vector<int64_t>;
using Texts = std::vector<std::string>;

AnyValue integers(Integers shape, const Integers& elements) {
  return graph::make_tensor(DType::kInt64, std::move(shape), elements);
}

TensorRef string_tensor(Integers shape, Texts texts) {
  auto tensor = std::make_shared<graph::Tensor>();
  tensor->dtype = DType::kString;
  tensor->shape = std::move(shape);
  tensor->strings = std::move(texts);
  return tensor;
}

AnyValue strings(Texts texts) {
  const auto count = static_cast<int64_t>(texts.size());
  return string_tensor({count}, std::move(texts));
}

AnyValue sequence(std::vector<AnyValue> elements) {
  Sequence made;
  for (const AnyValue& element : elements) {
    EXPECT_TRUE(ops::admit(made, element));
    made.elements.push_back(element);
  }
  return made;
}

Integers numbers_of(const AnyValue& value) {
  if (!value.is_dense()) return {};
  return graph::integer_elements(*value.tensor()).value_or(Integers());
}

Texts texts_of(const AnyValue& value) {
  return value.kind() == ValueKind::kTensor ? value.tensor()->strings : Texts();
}

// What a run needs around an interpreter.
class Interpreted {
 public:
  explicit Interpreted(std::shared_ptr<const Graph> graph, int threads = 1)
      : pool_(threads), interpreter_(std::move(graph), true, packs_) {}

  Result<std::vector<AnyValue>> try_run(const std::vector<AnyValue>& inputs) {
    RunContext context{packs_, slabs_, pool_, &cancel_};
    auto made = interpreter_.run(context, inputs);
    EXPECT_EQ(context.object_bytes, 0) << "memory that nobody gave back";
    return made;
  }
  std::vector<AnyValue> run(const std::vector<AnyValue>& inputs) {
    auto made = try_run(inputs);
    EXPECT_TRUE(made.ok()) << made.message();
    return made.ok() ? std::move(made).value() : std::vector<AnyValue>(8);
  }
  std::string failure(const std::vector<AnyValue>& inputs) {
    auto made = try_run(inputs);
    EXPECT_FALSE(made.ok());
    return std::string(made.message());
  }
  void cancel() { cancel_ = true; }

 private:
  ThreadPool pool_;
  PackStore packs_;
  SlabPool slabs_;
  std::atomic<bool> cancel_{false};
  Interpreter interpreter_;
};

// An input of any kind.
ValueId any_input(GraphMaker& m, const std::string& name) { return m.graph().add_input(name, {}); }

// One node over inputs of any kind.
Interpreted one_node(const std::string& op, size_t inputs, size_t outputs = 1,
                     Attributes attributes = {}, int version = 18) {
  GraphMaker m;
  std::vector<ValueId> ids;
  for (size_t i = 0; i < inputs; ++i) ids.push_back(any_input(m, format("in{}", i)));
  for (const ValueId made : m.ops(op, ids, outputs, std::move(attributes), version)) m.output(made);
  return Interpreted(m.shared());
}

TEST(Interpreter, SequencesMayBeNested) {
  GraphMaker m;
  const ValueId x = any_input(m, "x"), y = any_input(m, "y");
  const ValueId pair = m.op("SequenceConstruct", {x, y});
  const ValueId nested = m.op("SequenceConstruct", {pair, pair});
  const ValueId inner = m.op("SequenceAt", {nested, m.integer(-1)});
  m.output(m.op("SequenceAt", {inner, m.integer(1)}));
  m.output(m.op("SequenceLength", {nested}));
  m.output(nested);
  Interpreted graph(m.shared());
  const auto made = graph.run({integers({1}, {5}), integers({2}, {6, 7})});
  EXPECT_EQ(numbers_of(made[0]), (Integers{6, 7}));
  EXPECT_EQ(numbers_of(made[1]), (Integers{2}));
  EXPECT_EQ(made[2].sequence().kind, ValueKind::kSequence);
  EXPECT_EQ(ops::describe(made[2]), "a sequence of sequences");
  EXPECT_THAT(graph.failure({integers({1}, {5}), strings({"a"})}),
              HasSubstr("expected an element for a sequence of int64, found string [1]"));
}

TEST(Interpreter, SequencesChangeByPosition) {
  auto insert = one_node("SequenceInsert", 3), erase = one_node("SequenceErase", 2);
  const AnyValue two = sequence({integers({1}, {1}), integers({1}, {2})});
  const AnyValue three = integers({1}, {3});
  const auto firsts = [](const AnyValue& value) {
    Integers out;
    for (const AnyValue& element : value.sequence().elements)
      out.push_back(numbers_of(element).front());
    return out;
  };
  EXPECT_EQ(firsts(insert.run({two, three, AnyValue()})[0]), (Integers{1, 2, 3}));
  EXPECT_EQ(firsts(insert.run({two, three, integers({}, {0})})[0]), (Integers{3, 1, 2}));
  EXPECT_EQ(firsts(insert.run({two, three, integers({}, {-1})})[0]), (Integers{1, 3, 2}));
  EXPECT_EQ(firsts(insert.run({two, three, integers({}, {2})})[0]), (Integers{1, 2, 3}));
  EXPECT_THAT(insert.failure({two, three, integers({}, {3})}),
              HasSubstr("input 2: expected an index in [-2, 3), found 3"));
  EXPECT_EQ(firsts(erase.run({two, integers({}, {-2})})[0]), (Integers{2}));
  EXPECT_EQ(firsts(erase.run({two, AnyValue()})[0]), (Integers{1}));
  EXPECT_THAT(erase.failure({two, integers({}, {2})}), HasSubstr("[-2, 2), found 2"));
  EXPECT_THAT(erase.failure({Sequence(), AnyValue()}), HasSubstr("found an empty sequence"));
}

TEST(Interpreter, TensorsAreSplitAndJoined) {
  const AnyValue x = integers({2, 3}, {1, 2, 3, 4, 5, 6});
  auto split = one_node("SplitToSequence", 2, 1, {{"axis", int64_t{-1}}});
  const auto pieces = split.run({x, integers({}, {2})})[0].sequence().elements;
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(numbers_of(pieces[0]), (Integers{1, 2, 4, 5}));
  EXPECT_EQ(numbers_of(pieces[1]), (Integers{3, 6}));
  EXPECT_EQ(pieces[1].tensor()->shape, (Integers{2, 1}));
  EXPECT_EQ(split.run({x, integers({3}, {0, 3, 0})})[0].sequence().elements.size(), 3u);
  EXPECT_THAT(split.failure({x, integers({2}, {1, 1})}), HasSubstr("add up to 3, found 2"));
  EXPECT_THAT(split.failure({x, integers({}, {0})}), HasSubstr("at least 1, found 0"));
  auto rows = one_node("SplitToSequence", 1, 1, {{"keepdims", int64_t{0}}});
  const AnyValue two = rows.run({x})[0];
  EXPECT_EQ(two.sequence().elements[1].tensor()->shape, (Integers{3}));
  auto join = one_node("ConcatFromSequence", 1, 1, {{"axis", int64_t{0}}});
  auto stack =
      one_node("ConcatFromSequence", 1, 1, {{"axis", int64_t{-1}}, {"new_axis", int64_t{1}}});
  EXPECT_EQ(numbers_of(join.run({two})[0]), (Integers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(numbers_of(stack.run({two})[0]), (Integers{1, 4, 2, 5, 3, 6}));
  const AnyValue words = sequence({strings({"a"}), strings({"b", "c"})});
  EXPECT_EQ(texts_of(join.run({words})[0]), (Texts{"a", "b", "c"}));
  EXPECT_THAT(stack.failure({words}),
              HasSubstr("expected tensors like string [1, 1] along axis 1, found string [2, 1]"));
}

TEST(Interpreter, OptionalsMayBeEmpty) {
  GraphMaker m;
  const ValueId x = any_input(m, "x");
  m.output(m.op("OptionalHasElement", {m.op("Optional", {x})}));
  m.output(m.op("Identity", {x}));
  Interpreted graph(m.shared());
  EXPECT_EQ(numbers_of(graph.run({AnyValue()})[0]), (Integers{0}));
  EXPECT_EQ(graph.run({AnyValue()})[1].kind(), ValueKind::kNone);
  EXPECT_EQ(numbers_of(graph.run({integers({}, {4})})[0]), (Integers{1}));
  auto get = one_node("OptionalGetElement", 1);
  EXPECT_EQ(numbers_of(get.run({integers({}, {4})})[0]), (Integers{4}));
  EXPECT_THAT(get.failure({AnyValue()}), HasSubstr("found nothing"));
}

// What is read but is nothing is told before anything is computed with it.
TEST(Interpreter, NothingIsNoTensor) {
  GraphMaker m;
  const ValueId x = any_input(m, "x");
  m.output(m.op("Neg", {x}));
  Interpreted graph(m.shared());
  EXPECT_EQ(numbers_of(graph.run({integers({2}, {1, -2})})[0]), (Integers{-1, 2}));
  EXPECT_THAT(graph.failure({AnyValue()}),
              HasSubstr("expected a tensor of numbers in \"x\", found nothing"));
  EXPECT_THAT(graph.failure({strings({"a"})}), HasSubstr("found string [1]"));
}

TEST(Interpreter, StringsMoveAsNumbersDo) {
  const AnyValue words = string_tensor({2, 2}, {"a", "b", "c", "a"});
  const auto one = [&](const std::string& op, const AnyValue& second, Attributes attributes = {}) {
    return one_node(op, 2, 1, std::move(attributes)).run({words, second})[0];
  };
  const AnyValue flat = one("Reshape", integers({1}, {-1}));
  EXPECT_EQ(flat.tensor()->shape, (Integers{4}));
  EXPECT_EQ(texts_of(flat), (Texts{"a", "b", "c", "a"}));
  EXPECT_EQ(texts_of(one("Gather", integers({1}, {-1}))), (Texts{"c", "a"}));
  EXPECT_EQ(texts_of(one("Concat", string_tensor({2, 1}, {"x", "y"}), {{"axis", int64_t{1}}})),
            (Texts{"a", "b", "x", "c", "a", "y"}));
  EXPECT_EQ(texts_of(one("Tile", integers({2}, {1, 2}))),
            (Texts{"a", "b", "a", "b", "c", "a", "c", "a"}));
  EXPECT_EQ(texts_of(one("Expand", integers({3}, {2, 1, 1}))).size(), 8u);
  EXPECT_EQ(texts_of(one("Unsqueeze", integers({1}, {0}))), (Texts{"a", "b", "c", "a"}));
  // What is filled up is empty strings.
  EXPECT_EQ(texts_of(one("Pad", integers({4}, {0, 1, 0, 0}))), (Texts{"", "a", "b", "", "c", "a"}));
  EXPECT_EQ(numbers_of(one_node("Shape", 1).run({words})[0]), (Integers{2, 2}));
  EXPECT_EQ(numbers_of(one_node("Size", 1).run({words})[0]), (Integers{4}));
  EXPECT_EQ(texts_of(one_node("Transpose", 1).run({words})[0]), (Texts{"a", "c", "b", "a"}));
  EXPECT_EQ(numbers_of(one("Equal", strings({"a", "b"}))), (Integers{1, 1, 0, 0}));
  const auto halves = one_node("Split", 1, 2, {{"num_outputs", int64_t{2}}}).run({words});
  EXPECT_EQ(texts_of(halves[1]), (Texts{"c", "a"}));
  auto choose = one_node("Where", 3);
  const AnyValue mask = graph::make_tensor(DType::kBool, {2}, std::vector<uint8_t>{1, 0});
  EXPECT_EQ(texts_of(choose.run({mask, words, strings({"z"})})[0]), (Texts{"a", "z", "c", "z"}));
  auto scatter = one_node("ScatterElements", 3);
  EXPECT_EQ(texts_of(scatter.run(
                {words, integers({1, 2}, {1, 0}), string_tensor({1, 2}, {"p", "q"})})[0]),
            (Texts{"a", "q", "p", "a"}));
}

// GatherND wants to know the last axis of its indices, which comes with the run.
TEST(Interpreter, SizesThatANodeMustKnowAreThoseOfTheRun) {
  const AnyValue words = string_tensor({2, 2}, {"a", "b", "c", "d"});
  auto gather = one_node("GatherND", 2);
  EXPECT_EQ(texts_of(gather.run({words, integers({1, 2}, {1, 0})})[0]), (Texts{"c"}));
  EXPECT_EQ(texts_of(gather.run({words, integers({1, 1}, {1})})[0]), (Texts{"c", "d"}));
  const AnyValue numbers = integers({2, 2}, {1, 2, 3, 4});
  EXPECT_EQ(numbers_of(gather.run({numbers, integers({1, 2}, {1, 0})})[0]), (Integers{3}));
  EXPECT_EQ(numbers_of(gather.run({numbers, integers({1, 1}, {1})})[0]), (Integers{3, 4}));
  EXPECT_THAT(gather.failure({numbers, integers({1, 3}, {0, 0, 0})}), HasSubstr("(GatherND)"));
}

TEST(Interpreter, MovedStringsFailAsNumbersDo) {
  auto gather = one_node("Gather", 2);
  EXPECT_THAT(gather.failure({strings({"a"}), integers({1}, {1})}), HasSubstr("(Gather)"));
  EXPECT_THAT(gather.failure({sequence({strings({"a"})}), integers({1}, {0})}),
              HasSubstr("input 0: expected a tensor, found a sequence of string"));
  EXPECT_THAT(one_node("Equal", 2).failure({strings({"a"}), integers({1}, {0})}),
              HasSubstr("input 1: expected strings, found int64 [1]"));
}

TEST(Interpreter, EmptyStringTensors) {
  auto concat = one_node("Concat", 2, 1, {{"axis", int64_t{0}}});
  EXPECT_EQ(concat.run({strings({}), strings({})})[0].tensor()->shape, (Integers{0}));
  EXPECT_EQ(texts_of(concat.run({strings({}), strings({"a"})})[0]), (Texts{"a"}));
}

// A body of a graph: its pool is the outer one's.
std::shared_ptr<Graph> body_of(GraphMaker& outer, const std::function<void(GraphMaker&)>& make) {
  GraphMaker body(outer.graph().exprs);
  make(body);
  return body.shared();
}

// If x, then a, else b; branches give what they capture.
TEST(Interpreter, BranchesGiveStringsAndOtherRanks) {
  GraphMaker m;
  const ValueId condition = any_input(m, "condition"), a = any_input(m, "a"), b = any_input(m, "b");
  const auto branch = [&](ValueId outer) {
    return body_of(m, [&](GraphMaker& body) {
      const ValueId inner = body.graph().add_value("inner");
      body.capture(outer, inner);
      body.output(body.op("Identity", {inner}));
    });
  };
  m.output(m.op("If", {condition}, {{"then_branch", branch(a)}, {"else_branch", branch(b)}}));
  Interpreted graph(m.shared());
  const auto flag = [](bool value) {
    return AnyValue(graph::make_tensor(DType::kBool, {}, std::vector{static_cast<uint8_t>(value)}));
  };
  EXPECT_EQ(texts_of(graph.run({flag(true), strings({"x"}), strings({"y"})})[0]), (Texts{"x"}));
  EXPECT_EQ(texts_of(graph.run({flag(false), strings({"x"}), strings({"y"})})[0]), (Texts{"y"}));
  const AnyValue row = integers({2}, {1, 2}), table = integers({2, 1}, {3, 4});
  EXPECT_EQ(graph.run({flag(true), row, table})[0].tensor()->shape, (Integers{2}));
  EXPECT_EQ(graph.run({flag(false), row, table})[0].tensor()->shape, (Integers{2, 1}));
  EXPECT_THAT(graph.failure({integers({}, {1}), strings({"x"}), strings({"y"})}),
              HasSubstr("input 0: expected bool of one element, found int64 []"));
}

// trips rounds of a body with one carried value.
Interpreted loop_of(const std::function<void(GraphMaker&, ValueId round, ValueId carried)>& make,
                    size_t outputs = 1) {
  GraphMaker m;
  const ValueId trips = any_input(m, "trips"), start = any_input(m, "start");
  const auto body = body_of(m, [&](GraphMaker& inner) {
    const ValueId round = inner.input("round", DType::kInt64, {});
    const ValueId condition = inner.input("condition", DType::kBool, {});
    const ValueId carried = inner.graph().add_input("carried", {});
    inner.output(inner.op("Identity", {condition}));
    make(inner, round, carried);
  });
  for (const ValueId made : m.ops("Loop", {trips, kNoValue, start}, outputs, {{"body", body}}))
    m.output(made);
  return Interpreted(m.shared());
}

TEST(Interpreter, RanksMayChangeRoundByRound) {
  auto grow = loop_of([](GraphMaker& body, ValueId, ValueId carried) {
    body.output(body.op("Unsqueeze", {carried, body.integers({0})}));
  });
  const AnyValue x = integers({2}, {1, 2});
  EXPECT_EQ(grow.run({integers({}, {3}), x})[0].tensor()->shape, (Integers{1, 1, 1, 2}));
  const int64_t built = plan_build_count();
  EXPECT_EQ(grow.run({integers({}, {3}), x})[0].tensor()->shape, (Integers{1, 1, 1, 2}));
  EXPECT_EQ(plan_build_count(), built);  // units are kept
  EXPECT_EQ(grow.run({integers({}, {0}), x})[0].tensor()->shape, (Integers{2}));
}

TEST(Interpreter, StringsAndSequencesAreCarried) {
  auto words = loop_of(
      [](GraphMaker& body, ValueId, ValueId carried) {
        body.output(body.op("Concat", {carried, carried}, {{"axis", int64_t{0}}}));
        body.output(body.op("Gather", {carried, body.integers({0})}));
      },
      2);
  auto made = words.run({integers({}, {2}), strings({"a", "b"})});
  EXPECT_EQ(texts_of(made[0]), (Texts{"a", "b", "a", "b", "a", "b", "a", "b"}));
  EXPECT_EQ(made[1].tensor()->shape, (Integers{2, 1}));
  EXPECT_EQ(texts_of(made[1]), (Texts{"a", "a"}));
  auto rounds = loop_of([](GraphMaker& body, ValueId round, ValueId carried) {
    body.output(body.op("SequenceInsert", {carried, round}));
  });
  EXPECT_EQ(rounds.run({integers({}, {5}), Sequence()})[0].sequence().elements.size(), 5u);
}

TEST(Interpreter, SequencesAreNotNestedWithoutEnd) {
  auto nest = loop_of([](GraphMaker& body, ValueId, ValueId carried) {
    body.output(body.op("SequenceConstruct", {carried}));
  });
  EXPECT_EQ(nest.run({integers({}, {16}), integers({}, {1})})[0].sequence().depth, 16);
  EXPECT_THAT(nest.failure({integers({}, {100000}), integers({}, {1})}),
              HasSubstr("expected sequences of at most 16 levels, found more"));
}

TEST(Interpreter, RowsOfALoopHaveOneShape) {
  auto grow = loop_of(
      [](GraphMaker& body, ValueId, ValueId carried) {
        const ValueId next = body.op("Unsqueeze", {carried, body.integers({0})});
        body.output(next);
        body.output(next);
      },
      2);
  EXPECT_THAT(grow.failure({integers({}, {2}), integers({1}, {1})}),
              HasSubstr("expected int64 [1, 1] in each round, found int64 [1, 1, 1] in round 1"));
  EXPECT_THAT(grow.failure({integers({}, {0}), integers({1}, {1})}),
              HasSubstr("no round was run: expected a declared type of the body's output 2"));
}

TEST(Interpreter, BodiesCaptureSequences) {
  GraphMaker m;
  const ValueId list = any_input(m, "list");
  const ValueId trips = m.op("SequenceLength", {list});
  const auto body = body_of(m, [&](GraphMaker& inner) {
    const ValueId round = inner.input("round", DType::kInt64, {});
    const ValueId condition = inner.input("condition", DType::kBool, {});
    const ValueId captured = inner.graph().add_value("list");
    inner.capture(list, captured);
    inner.output(inner.op("Identity", {condition}));
    const ValueId element = inner.op("SequenceAt", {captured, round});
    inner.output(inner.op("Add", {element, inner.op("Mul", {round, round})}));
  });
  m.output(m.op("Loop", {trips, kNoValue}, {{"body", body}}));
  Interpreted graph(m.shared());
  const auto row = [](int64_t a, int64_t b) { return integers({2}, {a, b}); };
  const AnyValue made = graph.run({sequence({row(1, 2), row(3, 4), row(5, 6)})})[0];
  EXPECT_EQ(made.tensor()->shape, (Integers{3, 2}));
  EXPECT_EQ(numbers_of(made), (Integers{1, 2, 4, 5, 9, 10}));
}

TEST(Interpreter, ALoopWithoutEndIsCancelled) {
  for (const bool has_nodes : {false, true}) {
    GraphMaker m;
    const ValueId start = any_input(m, "start");
    const auto body = body_of(m, [&](GraphMaker& inner) {
      inner.input("round", DType::kInt64, {});
      const ValueId condition = inner.input("condition", DType::kBool, {});
      const ValueId carried = inner.graph().add_input("carried", {});
      inner.output(condition);
      inner.output(has_nodes ? inner.op("Identity", {carried}) : carried);
    });
    m.output(m.op("Loop", {kNoValue, kNoValue, start}, {{"body", body}}));
    Interpreted graph(m.shared());
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      graph.cancel();
    });
    const auto made = graph.try_run({strings({"a"})});
    other.join();
    EXPECT_EQ(made.code(), StatusCode::kCancelled) << made.message();
  }
}

// sums = state + slice, rows = the same.
std::shared_ptr<Graph> running_sum(GraphMaker& m) {
  return body_of(m, [](GraphMaker& body) {
    const ValueId state = body.graph().add_input("state", {});
    const ValueId slice = body.graph().add_input("slice", {});
    const ValueId sum = body.op("Add", {state, slice});
    body.output(sum);
    body.output(body.op("Identity", {sum}));
  });
}

TEST(Interpreter, ScansGoAlongAnyAxisInBothDirections) {
  const AnyValue zero = integers({2}, {0, 0}), x = integers({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto scan = [&](int64_t in, int64_t back, int64_t out, int64_t out_back) {
    GraphMaker m;
    Interpreted graph = one_node("Scan", 2, 2,
                                 {{"body", running_sum(m)},
                                  {"num_scan_inputs", int64_t{1}},
                                  {"scan_input_axes", Integers{in}},
                                  {"scan_input_directions", Integers{back}},
                                  {"scan_output_axes", Integers{out}},
                                  {"scan_output_directions", Integers{out_back}}},
                                 11);
    const auto made = graph.run({zero, x});
    EXPECT_EQ(numbers_of(made[0]), (Integers{6, 15}));
    return made[1];
  };
  EXPECT_EQ(numbers_of(scan(1, 0, 0, 0)), (Integers{1, 4, 3, 9, 6, 15}));
  EXPECT_EQ(numbers_of(scan(-1, 1, 0, 0)), (Integers{3, 6, 5, 11, 6, 15}));
  EXPECT_EQ(numbers_of(scan(1, 0, 0, 1)), (Integers{6, 15, 3, 9, 1, 4}));
  EXPECT_EQ(numbers_of(scan(1, 0, -1, 0)), (Integers{1, 3, 6, 4, 9, 15}));
  EXPECT_EQ(scan(1, 0, -1, 0).tensor()->shape, (Integers{2, 3}));
}

TEST(Interpreter, ScansOfVersion8HaveBatchesAndLengths) {
  GraphMaker m;
  Interpreted graph =
      one_node("Scan", 3, 2, {{"body", running_sum(m)}, {"num_scan_inputs", int64_t{1}}}, 8);
  const AnyValue x = integers({2, 3, 1}, {1, 2, 3, 4, 5, 6}), zero = integers({2, 1}, {0, 10});
  auto made = graph.run({AnyValue(), zero, x});
  EXPECT_EQ(numbers_of(made[0]), (Integers{6, 25}));
  EXPECT_EQ(numbers_of(made[1]), (Integers{1, 3, 6, 14, 19, 25}));
  made = graph.run({integers({2}, {2, 1}), zero, x});
  EXPECT_EQ(numbers_of(made[0]), (Integers{3, 14}));
  EXPECT_EQ(numbers_of(made[1]), (Integers{1, 3, 0, 14, 0, 0}));
  EXPECT_EQ(made[1].tensor()->shape, (Integers{2, 3, 1}));
  EXPECT_THAT(graph.failure({integers({2}, {4, 1}), zero, x}),
              HasSubstr("input 0: expected lengths of 0 to 3, found 4"));
}

TEST(Interpreter, SequencesAreMapped) {
  GraphMaker m;
  Interpreted graph = one_node("SequenceMap", 2, 2, {{"body", running_sum(m)}});
  const AnyValue list = sequence({integers({1}, {1}), integers({2}, {2, 3})});
  const auto made = graph.run({list, integers({}, {10})});
  EXPECT_EQ(numbers_of(made[0].sequence().elements[1]), (Integers{12, 13}));
  const auto both = graph.run({list, list});
  EXPECT_EQ(numbers_of(both[1].sequence().elements[1]), (Integers{4, 6}));
  EXPECT_THAT(graph.failure({list, sequence({integers({1}, {1})})}),
              HasSubstr("input 1: expected a sequence of 2 elements, found 1"));
}

// Dense nodes between objects are one plan, and a second run builds nothing.
TEST(Interpreter, RunsOfDenseNodesAreOnePlan) {
  GraphMaker m;
  const ValueId list = any_input(m, "list");
  ValueId x = m.op("SequenceAt", {list, m.integer(0)});
  for (int i = 0; i < 6; ++i) x = m.op("Add", {x, x});
  m.output(m.op("SequenceConstruct", {x, x}));
  Interpreted graph(m.shared());
  const int64_t before = plan_build_count();
  const AnyValue made = graph.run({sequence({integers({1}, {1})})})[0];
  EXPECT_EQ(numbers_of(made.sequence().elements[1]), (Integers{64}));
  EXPECT_EQ(plan_build_count(), before + 1);
  graph.run({sequence({integers({3}, {1, 2, 3})})});
  EXPECT_EQ(plan_build_count(), before + 1);
  const std::vector<float> half = {0.5f};  // another type is another unit
  const AnyValue floats = graph::make_tensor(DType::kFloat32, {1}, half);
  EXPECT_EQ(*graph.run({sequence({floats})})[0].sequence().elements[0].tensor()->as<float>(), 32);
}

TEST(Interpreter, ManyThreadsShareOne) {
  auto grow = loop_of([](GraphMaker& body, ValueId round, ValueId carried) {
    body.output(body.op("SequenceInsert", {carried, body.op("Mul", {round, round})}));
  });
  GraphMaker m;
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const AnyValue made = grow.run({integers({}, {3 + t}), Sequence()})[0];
      right += numbers_of(made.sequence().elements.back()) == Integers{(2 + t) * (2 + t)};
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4);
}

TEST(Interpreter, IsForGraphsWithObjects) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n"});
  m.output(m.op("Neg", {x}));
  EXPECT_FALSE(ops::has_objects(m.graph()));
  GraphMaker strings_in;
  strings_in.output(strings_in.op("Identity", {strings_in.input("x", DType::kString, {})}));
  EXPECT_TRUE(ops::has_objects(strings_in.graph()));
  GraphMaker within;  // a subgraph alone has one
  const auto branch = body_of(within, [](GraphMaker& body) {
    body.output(body.op("SequenceLength", {body.op("SequenceEmpty", {})}));
  });
  const ValueId condition = within.input("c", DType::kBool, {});
  within.output(within.op("If", {condition}, {{"then_branch", branch}, {"else_branch", branch}}));
  EXPECT_TRUE(ops::has_objects(within.graph()));
  within.op("Nonsense", {condition});
  EXPECT_THAT(ops::expect_known_operators(within.graph()).message(), HasSubstr("Nonsense-17"));
}

}  // namespace
}  // namespace inlay::runtime
