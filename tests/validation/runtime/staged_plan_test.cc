// Graphs that are planned when their inputs come.
#include "runtime/staged_plan.h"

#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

class Staged {
 public:
  explicit Staged(std::shared_ptr<const Graph> graph) : plan_(std::move(graph), true, packs_) {}

  Result<std::vector<OutputTensor>> run(const std::vector<TensorView>& inputs) {
    RunContext context{packs_, slabs_, pool_, nullptr, nullptr, nullptr};
    return plan_.run(context, inputs);
  }

 private:
  ThreadPool pool_{2};
  PackStore packs_;
  SlabPool slabs_;
  StagedPlan plan_;
};

using Floats = std::vector<float>;

// ReduceSum of x over axes that are an input.
std::shared_ptr<Graph> sum_over_given_axes() {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"a", "b"});
  const ValueId axes = m.input("axes", DType::kInt64, {"n"});
  m.graph().outputs = {m.op("ReduceSum", {x, axes}, {{"keepdims", int64_t{0}}})};
  return m.shared();
}

TEST(StagedPlan, AxesMayComeWithTheRun) {
  Staged staged(sum_over_given_axes());
  const Input<float> x = counting({2, 3});
  const auto sum = [&](std::vector<int64_t> axes) {
    const Input<int64_t> given{{static_cast<int64_t>(axes.size())}, std::move(axes)};
    auto outputs = staged.run({x.view(DType::kFloat32), given.view(DType::kInt64)});
    EXPECT_TRUE(outputs.ok()) << outputs.message();
    return outputs.ok() ? elements<float>((*outputs)[0]) : Floats();
  };
  EXPECT_EQ(sum({0}), (Floats{5, 7, 9}));
  EXPECT_EQ(sum({1}), (Floats{6, 15}));
  EXPECT_EQ(sum({0, 1}), (Floats{21}));
  const int64_t built = plan_build_count();
  EXPECT_EQ(sum({-1}), (Floats{6, 15}));  // other numbers, another plan
  EXPECT_EQ(plan_build_count(), built + 1);
  for (int round = 0; round < 5; ++round) EXPECT_EQ(sum({0}), (Floats{5, 7, 9}));
  EXPECT_EQ(plan_build_count(), built + 1);
}

TEST(StagedPlan, BadNumbersAreOneLine) {
  Staged staged(sum_over_given_axes());
  const Input<float> x = counting({2, 3});
  const Input<int64_t> axes{{1}, {2}}, square{{1, 1}, {0}};
  const auto fails = [&](const TensorView& given, std::string_view text) {
    const auto outputs = staged.run({x.view(DType::kFloat32), given});
    EXPECT_FALSE(outputs.ok());
    EXPECT_NE(outputs.message().find(text), std::string_view::npos) << outputs.message();
  };
  fails(axes.view(DType::kInt64), "expected axes in [-2, 2), found 2");
  fails(axes.view(DType::kInt32), "input \"axes\": expected int64 [n], found int32 [1]");
  fails(square.view(DType::kInt64), "input \"axes\": expected int64 [n], found int64 [1, 1]");
  const std::vector<int64_t> many(5000, 0);
  const Input<int64_t> large{{5000}, many};
  fails(large.view(DType::kInt64),
        "expected at most 4096 numbers that shape the model, found 5000");
}

// An axis that a run says is checked before anything is written.
TEST(StagedPlan, AxesOutsideAreRefused) {
  const std::pair<std::string, GraphMaker::Attributes> cases[] = {
      {"CumSum", {}}, {"DFT", {{"onesided", int64_t{1}}}}, {"ReduceSum", {}}, {"Unsqueeze", {}}};
  const Input<float> x{{2, 3, 1}, std::vector<float>(6, 1.0f)};
  for (const auto& [op, attributes] : cases) {
    GraphMaker m;
    const ValueId data = m.input("x", DType::kFloat32, {"a", "b", 1});
    const bool scalar = op == "CumSum" || op == "DFT";
    const ValueId axis =
        m.input("axis", DType::kInt64,
                scalar ? std::vector<GraphMaker::Size>{} : std::vector<GraphMaker::Size>{1});
    std::vector<ValueId> inputs = {data, axis};
    if (op == "DFT") inputs = {data, graph::kNoValue, axis};
    m.graph().outputs = {m.op(op, inputs, attributes, 20)};
    Staged staged(m.shared());
    for (int64_t number :
         {int64_t{0}, int64_t{-2}, int64_t{7}, int64_t{-9}, INT64_MIN, INT64_MAX}) {
      const Input<int64_t> named{scalar ? std::vector<int64_t>{} : std::vector<int64_t>{1},
                                 {number}};
      const auto made = staged.run({x.view(DType::kFloat32), named.view(DType::kInt64)});
      EXPECT_EQ(made.ok(), number == 0 || number == -2) << op << " " << number << made.message();
    }
  }
}

// Sums over the axis where the first of x's rows has its largest element, and adds x's size.
TEST(StagedPlan, NumbersMayBeComputed) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"a", "b"});
  const ValueId row = m.op("Gather", {x, m.integers({0})}, {{"axis", int64_t{0}}});
  const ValueId axis = m.op("ArgMax", {row}, {{"axis", int64_t{1}}, {"keepdims", int64_t{0}}});
  const ValueId doubled = m.op("Add", {x, x});
  const ValueId sum = m.op("ReduceSum", {doubled, axis}, {{"keepdims", int64_t{0}}});
  m.graph().outputs = {sum, doubled, m.op("Add", {sum, sum})};
  Staged staged(m.shared());
  const auto run = [&](Floats values) {
    const Input<float> given{{2, 2}, std::move(values)};
    auto outputs = staged.run({given.view(DType::kFloat32)});
    EXPECT_TRUE(outputs.ok()) << outputs.message();
    return std::move(outputs).value();
  };
  auto outputs = run({9, 1, 2, 3});
  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_EQ(elements<float>(outputs[0]), (Floats{22, 8}));
  EXPECT_EQ(elements<float>(outputs[1]), (Floats{18, 2, 4, 6}));
  EXPECT_EQ(elements<float>(outputs[2]), (Floats{44, 16}));
  outputs = run({1, 9, 2, 3});
  EXPECT_EQ(elements<float>(outputs[0]), (Floats{20, 10}));
}

TEST(StagedPlan, RanksMayComeWithTheRun) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"a"});
  m.graph().value(x).type.shape.reset();
  m.graph().outputs = {m.op("Transpose", {m.op("Add", {x, x})})};
  Staged staged(m.shared());
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 3}, {4}, {1, 2, 2}, {2, 3}}) {
    const Input<float> given = counting(shape);
    const auto outputs = staged.run({given.view(DType::kFloat32)});
    ASSERT_TRUE(outputs.ok()) << outputs.message();
    EXPECT_EQ((*outputs)[0].shape, std::vector<int64_t>(shape.rbegin(), shape.rend()));
  }
}

}  // namespace
}  // namespace inlay::runtime
