// Graphs of every kind that a plan must carry: dynamic sizes, data-sized values, control flow, state.
#include <random>
#include <thread>

#include "runtime/binding.h"
#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

// x [batch, length] -> reshape by its own shape to [length, batch] -> + 1
std::shared_ptr<Graph> dynamic_reshape() {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"batch", "length"});
  const ValueId shape = m.op("Shape", {x});
  const ValueId batch = m.op("Gather", {shape, m.integers({0})});
  const ValueId length = m.op("Gather", {shape, m.integers({1})});
  const ValueId swapped = m.op("Concat", {length, batch}, {{"axis", int64_t{0}}});
  const ValueId y = m.op("Add", {m.op("Reshape", {x, swapped}), m.reals({1}, {1})});
  m.graph().outputs = {y};
  return m.shared();
}

TEST(Plan, ShapeArithmeticLeavesNoStep) {
  Runner runner(dynamic_reshape());
  EXPECT_EQ(runner.plan().steps.size(), 1u);
  const Input<float> x = counting({2, 3});
  const auto outputs = runner.run(std::vector{x.view(DType::kFloat32)});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_EQ((*outputs)[0].shape, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(elements<float>((*outputs)[0]), (std::vector<float>{2, 3, 4, 5, 6, 7}));
}

TEST(Plan, TenThousandSizesOnOnePlan) {
  Runner runner(dynamic_reshape());
  const int64_t built = plan_build_count();
  std::mt19937 random(3);
  for (int round = 0; round < 10000; ++round) {
    const Input<float> x = counting(
        {1 + static_cast<int64_t>(random() % 13), 1 + static_cast<int64_t>(random() % 17)});
    const auto outputs = runner.run(std::vector{x.view(DType::kFloat32)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    ASSERT_EQ((*outputs)[0].shape, (std::vector<int64_t>{x.shape[1], x.shape[0]}));
    ASSERT_EQ(elements<float>((*outputs)[0]).back(), x.values.back() + 1);
  }
  EXPECT_EQ(plan_build_count(), built);
}

TEST(Plan, ZeroSizesRun) {
  Runner runner(dynamic_reshape());
  const Input<float> x{{0, 3}, {}};
  const auto outputs = runner.run(std::vector{x.view(DType::kFloat32)});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_EQ((*outputs)[0].shape, (std::vector<int64_t>{3, 0}));
}

TEST(Plan, SizesThatDoNotFitAreOneLine) {
  GraphMaker m;
  const ValueId a = m.input("a", DType::kFloat32, {"m"});
  const ValueId b = m.input("b", DType::kFloat32, {"n"});
  m.graph().outputs = {m.op("Add", {a, b})};
  Runner runner(m.shared());
  const Input<float> three = counting({3}), four = counting({4}), one = counting({1});
  const auto bad = runner.run(std::vector{three.view(DType::kFloat32), four.view(DType::kFloat32)});
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.message().find("expected equal sizes, found 3 and 4"), std::string_view::npos)
      << bad.message();
  const auto good = runner.run(std::vector{one.view(DType::kFloat32), four.view(DType::kFloat32)});
  ASSERT_TRUE(good.ok()) << good.message();
  EXPECT_EQ(elements<float>((*good)[0]), (std::vector<float>{2, 3, 4, 5}));
}

// What a run over the elements of an input "shape" says when it fails.
std::string failure(const std::shared_ptr<Graph>& graph, const Input<int64_t>& shape) {
  Runner runner(graph);
  const auto outputs = runner.run(std::vector{shape.view(DType::kInt64)});
  EXPECT_FALSE(outputs.ok());
  return std::string(outputs.message());
}

TEST(Plan, SizesWithoutAValueNameTheirNode) {
  GraphMaker m;
  const ValueId step = m.input("step", DType::kInt64, {1});
  m.graph().outputs = {m.op("STFT", {m.weights({1, 8, 1}), step, kNoValue, m.integer(4)})};
  const std::string message = failure(m.shared(), {{1}, {0}});
  EXPECT_NE(message.find("(STFT)"), std::string::npos) << message;
  EXPECT_NE(message.find("a size is divided by zero"), std::string::npos) << message;
}

TEST(Plan, ShapesOfARunMustHoldTheElements) {
  GraphMaker m;
  const ValueId shape = m.input("shape", DType::kInt64, {1});
  const ValueId wanted = m.op("Concat", {shape, m.integers({-1})}, {{"axis", int64_t{0}}});
  m.graph().outputs = {
      m.op("Reshape", {m.reals({6}, {1, 2, 3, 4, 5, 6}), wanted}, {{"allowzero", int64_t{1}}})};
  const std::string message = failure(m.shared(), {{1}, {0}});
  EXPECT_NE(message.find("(Reshape): number of elements"), std::string::npos) << message;
}

TEST(Plan, NegativeShapesNameTheirNode) {
  GraphMaker m;
  const ValueId shape = m.input("shape", DType::kInt64, {1});
  m.graph().outputs = {m.op("ConstantOfShape", {shape})};
  const std::string message = failure(m.shared(), {{1}, {-5}});
  EXPECT_NE(message.find("(ConstantOfShape)"), std::string::npos) << message;
  EXPECT_NE(message.find("negative"), std::string::npos) << message;
}

// Few bytes may say a number of elements that nothing could ever go through.
TEST(Plan, EndlessReductionsAreRefused) {
  const auto graph = [] {
    GraphMaker m;
    const ValueId shape = m.input("shape", DType::kInt64, {2});
    m.graph().outputs = {m.op("ReduceSum", {m.op("ConstantOfShape", {shape})})};
    return m.shared();
  };
  for (int64_t side : {int64_t{1} << 31, int64_t{1} << 62}) {
    const std::string message = failure(graph(), {{2}, {side, side}});
    EXPECT_NE(message.find("(ReduceSum): expected at most 1099511627776 elements"),
              std::string::npos)
        << message;
  }
  Runner runner(graph());
  const Input<int64_t> fine{{2}, {1 << 10, 1 << 10}};
  const auto outputs = runner.run(std::vector{fine.view(DType::kInt64)});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_EQ(elements<float>((*outputs)[0]), std::vector<float>{0});
}

TEST(Plan, LongReductionsCanBeCancelled) {
  GraphMaker m;
  const ValueId shape = m.input("shape", DType::kInt64, {1});
  m.graph().outputs = {m.op("ReduceSum", {m.op("ConstantOfShape", {shape})})};
  Runner runner(m.shared(), 1);
  const Input<int64_t> long_run{{1}, {int64_t{1} << 40}};
  std::atomic<bool> cancel{false};
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancel.store(true);
  });
  const auto outputs = runner.run(std::vector{long_run.view(DType::kInt64)}, nullptr, &cancel);
  canceller.join();
  EXPECT_EQ(outputs.code(), StatusCode::kCancelled) << outputs.message();
}

TEST(Plan, NonZeroEndsASegment) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n"});
  const ValueId found = m.op("NonZero", {x});
  const ValueId flat = m.op("Reshape", {found, m.integers({-1})});
  m.graph().outputs = {m.op("Add", {m.op("Gather", {x, flat}), m.reals({1}, {10})})};
  Runner runner(m.shared());
  EXPECT_EQ(runner.plan().segments.size(), 2u);
  for (const std::vector<float>& values :
       {std::vector<float>{0, 2, 0, 4}, std::vector<float>{0, 0, 0, 0},
        std::vector<float>{1, 2, 3, 4}}) {
    const Input<float> input{{4}, values};
    const auto outputs = runner.run(std::vector{input.view(DType::kFloat32)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    std::vector<float> expected;
    for (float v : values)
      if (v != 0) expected.push_back(v + 10);
    EXPECT_EQ(elements<float>((*outputs)[0]), expected);
  }
}

template <class T>
std::vector<int64_t> non_zero(DType dtype, const std::vector<int64_t>& shape,
                              const std::vector<T>& values) {
  GraphMaker m;
  graph::Shape sizes;
  for (int64_t size : shape) sizes.push_back(m.graph().exprs->constant(size));
  m.graph().outputs = {m.op("NonZero", {m.graph().add_input("x", {dtype, sizes})})};
  Runner runner(m.shared());
  const Input<T> x{shape, values};
  const auto outputs = runner.run(std::vector{x.view(dtype)});
  EXPECT_TRUE(outputs.ok()) << outputs.message();
  return outputs.ok() ? elements<int64_t>((*outputs)[0]) : std::vector<int64_t>();
}

TEST(Plan, NonZeroOfEveryWidth) {
  std::vector<float> x(3 * 400, 0.0f);
  std::vector<int64_t> expected, columns;
  for (size_t i = 0; i < x.size(); i += i % 5 + 1) {
    x[i] = i % 2 ? 1.5f : -0.0f;
    if (i % 2 == 0) continue;
    expected.push_back(static_cast<int64_t>(i) / 400);
    columns.push_back(static_cast<int64_t>(i) % 400);
  }
  expected.insert(expected.end(), columns.begin(), columns.end());
  EXPECT_EQ(non_zero<float>(DType::kFloat32, {3, 400}, x), expected);
  // -0, 1, 0 and the least number.
  EXPECT_EQ(non_zero<uint16_t>(DType::kFloat16, {4}, {0x8000, 0x3C00, 0, 1}),
            (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(non_zero<int8_t>(DType::kInt8, {3}, {0, -128, 0}), (std::vector<int64_t>{1}));
  EXPECT_EQ(non_zero<int64_t>(DType::kInt64, {2, 1}, {0, INT64_MIN}), (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(non_zero<double>(DType::kFloat64, {0}, {}), std::vector<int64_t>());
}

TEST(Plan, ElementsOfInputsBecomeSizes) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n"});
  const ValueId shape = m.input("shape", DType::kInt64, {2});
  m.graph().outputs = {m.op("Reshape", {x, shape})};
  Runner runner(m.shared());
  const Input<float> six = counting({6});
  const Input<int64_t> wanted{{2}, {3, 2}}, wrong{{2}, {4, 2}};
  const auto good = runner.run(std::vector{six.view(DType::kFloat32), wanted.view(DType::kInt64)});
  ASSERT_TRUE(good.ok()) << good.message();
  EXPECT_EQ((*good)[0].shape, (std::vector<int64_t>{3, 2}));
  EXPECT_FALSE(runner.run(std::vector{six.view(DType::kFloat32), wrong.view(DType::kInt64)}).ok());
}

// A subgraph that captures x and adds `addend` to it.
std::shared_ptr<Graph> adding_branch(GraphMaker& outer, ValueId x, float addend) {
  GraphMaker m(outer.graph().exprs);
  const ValueId inner = m.graph().add_value("x");
  m.capture(x, inner);
  m.graph().outputs = {m.op("Add", {inner, m.reals({1}, {addend})})};
  return m.shared();
}

TEST(Plan, IfRunsOneBranch) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n"});
  const ValueId condition = m.input("condition", DType::kBool, {});
  const ValueId chosen =
      m.op("If", {condition},
           {{"then_branch", adding_branch(m, x, 1)}, {"else_branch", adding_branch(m, x, -1)}});
  m.graph().outputs = {m.op("Mul", {chosen, m.reals({1}, {2})})};
  Runner runner(m.shared());
  const Input<float> input = counting({2});
  for (uint8_t truth : {0, 1}) {
    const Input<uint8_t> given{{}, {truth}};
    const auto outputs =
        runner.run(std::vector{input.view(DType::kFloat32), given.view(DType::kBool)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    EXPECT_EQ(elements<float>((*outputs)[0]),
              truth ? (std::vector<float>{4, 6}) : (std::vector<float>{0, 2}));
  }
}

// Each round appends the round's number to a carried list, and scans the list's first element.
std::shared_ptr<Graph> growing_loop() {
  GraphMaker m;
  const ValueId list = m.input("list", DType::kInt64, {"n"});
  const ValueId trips = m.input("trips", DType::kInt64, {});
  GraphMaker body(m.graph().exprs);
  const ValueId round = body.graph().add_input("round", {});
  const ValueId condition = body.graph().add_input("condition", {});
  const ValueId carried = body.graph().add_input("list", {});
  const ValueId number = body.op("Reshape", {round, body.integers({1})});
  const ValueId longer = body.op("Concat", {carried, number}, {{"axis", int64_t{0}}});
  const ValueId first = body.op("Gather", {longer, body.integers({0})});
  body.graph().outputs = {condition, longer, first};
  const auto outputs = m.ops("Loop", {trips, kNoValue, list}, 2, {{"body", body.shared()}});
  m.graph().outputs = outputs;
  return m.shared();
}

TEST(Plan, LoopCarriesGrowingShapes) {
  Runner runner(growing_loop());
  for (int64_t count : {0, 1, 5}) {
    const Input<int64_t> list{{2}, {7, 8}}, trips{{}, {count}};
    const auto outputs =
        runner.run(std::vector{list.view(DType::kInt64), trips.view(DType::kInt64)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    std::vector<int64_t> expected = {7, 8};
    for (int64_t i = 0; i < count; ++i) expected.push_back(i);
    EXPECT_EQ(elements<int64_t>((*outputs)[0]), expected);
    EXPECT_EQ((*outputs)[1].shape, (std::vector<int64_t>{count, 1}));
    EXPECT_EQ(elements<int64_t>((*outputs)[1]),
              std::vector<int64_t>(static_cast<size_t>(count), 7));
  }
}

TEST(Plan, EndlessLoopIsCancelled) {
  Runner runner(growing_loop());
  const Input<int64_t> list{{1}, {7}}, trips{{}, {INT64_MAX}};
  std::atomic<bool> cancel{false};
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    cancel = true;
  });
  const auto outputs = runner.run(std::vector{list.view(DType::kInt64), trips.view(DType::kInt64)},
                                  nullptr, &cancel);
  later.join();
  EXPECT_EQ(outputs.code(), StatusCode::kCancelled);
}

// cache [1, past, 2] grows by x; the output is the sum over all that was ever given.
std::shared_ptr<Graph> key_value_cache() {
  GraphMaker m;
  const Shape shape = m.shape_of({1, "past", 2});
  m.graph().states.push_back(
      {"cache", DType::kFloat32, shape, 1, *m.graph().exprs->as_symbol(shape[1])});
  const ValueId x = m.input("x", DType::kFloat32, {1, "new", 2});
  const ValueId whole = m.op("inlay.StateAppend", {x}, {{"state", int64_t{0}}});
  m.graph().outputs = {m.op("ReduceSum", {whole, m.integers({1})}, {{"keepdims", int64_t{0}}})};
  return m.shared();
}

TEST(Plan, StateGrowsAndSurvivesCancelledRuns) {
  Runner runner(key_value_cache());
  SessionState state(runner.plan());
  std::mt19937 random(5);
  const std::atomic<bool> cancelled{true};
  float expected[2] = {0, 0};
  int64_t length = 0;
  for (int round = 0; round < 200; ++round) {
    const Input<float> x = counting({1, static_cast<int64_t>(random() % 5), 2});
    const std::vector views{x.view(DType::kFloat32)};
    if (random() % 3 == 0) {
      EXPECT_EQ(runner.run(views, &state, &cancelled).code(), StatusCode::kCancelled);
      EXPECT_EQ(state.tensor(0).length, length);
      continue;
    }
    for (size_t i = 0; i < x.values.size(); ++i) expected[i % 2] += x.values[i];
    length += x.shape[1];
    const auto outputs = runner.run(views, &state);
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    EXPECT_EQ(state.tensor(0).length, length);
    EXPECT_EQ(elements<float>((*outputs)[0]), (std::vector<float>{expected[0], expected[1]}));
  }
  state.reset();
  const Input<float> x = counting({1, 1, 2});
  const auto fresh = runner.run(std::vector{x.view(DType::kFloat32)}, &state);
  ASSERT_TRUE(fresh.ok()) << fresh.message();
  EXPECT_EQ(elements<float>((*fresh)[0]), (std::vector<float>{1, 2}));
}

TEST(Plan, StateIsAskedFor) {
  Runner runner(key_value_cache());
  const Input<float> x = counting({1, 1, 2});
  EXPECT_EQ(runner.run(std::vector{x.view(DType::kFloat32)}).message(),
            "the model keeps state between runs: expected a state object");
}

TEST(Plan, ManyThreadsRunOnePlan) {
  Runner runner(dynamic_reshape());
  std::vector<std::thread> callers;
  for (int64_t caller = 1; caller <= 4; ++caller)
    callers.emplace_back([&runner, caller] {
      for (int round = 0; round < 200; ++round) {
        const Input<float> x = counting({caller, 1 + round % 9});
        const auto outputs = runner.run(std::vector{x.view(DType::kFloat32)});
        ASSERT_TRUE(outputs.ok()) << outputs.message();
        ASSERT_EQ(elements<float>((*outputs)[0]).back(), x.values.back() + 1);
      }
    });
  for (std::thread& caller : callers) caller.join();
}

TEST(LayOut, BlocksAliveTogetherDoNotOverlap) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const size_t count = 1 + random() % 20;
    std::vector<int64_t> bytes, offsets(count);
    std::vector<int32_t> first, last;
    for (size_t i = 0; i < count; ++i) {
      bytes.push_back(static_cast<int64_t>(random() % 1000));
      first.push_back(static_cast<int32_t>(i));
      last.push_back(static_cast<int32_t>(i + random() % 5));
    }
    const int64_t total = lay_out(bytes, first, last, offsets);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(offsets[i] % 64, 0);
      EXPECT_LE(offsets[i] + bytes[i], total);
      for (size_t j = i + 1; j < count; ++j) {
        if (first[j] > last[i]) continue;
        EXPECT_TRUE(offsets[i] + bytes[i] <= offsets[j] || offsets[j] + bytes[j] <= offsets[i]);
      }
    }
  }
}

}  // namespace
}  // namespace inlay::runtime
