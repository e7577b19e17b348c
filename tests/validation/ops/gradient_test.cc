// Gradients against differences.
#include <cmath>
#include <functional>

#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

using graph::DType;
using Attributes = GraphMaker::Attributes;
using Doubles = std::vector<double>;
using Strings = std::vector<std::string>;

// Makes y of a [2, 3] and b, both positive.
using Body = std::function<ValueId(GraphMaker&, ValueId a, ValueId b)>;

struct Problem {
  std::vector<int64_t> b_shape;
  Body body;
};

const Input<double> kA = {{2, 3}, {0.5, 1.5, 0.7, 1.1, 0.3, 2}};

Input<double> make_b(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  Input<double> b{shape, Doubles(static_cast<size_t>(count))};
  for (size_t i = 0; i < b.values.size(); ++i) b.values[i] = 0.4 + 0.3 * static_cast<double>(i);
  return b;
}

// Either y, or its gradients by a and b.
Result<std::vector<Doubles>> run(const Problem& problem, const Input<double>& a,
                                 const Input<double>& b, bool gradient) {
  GraphMaker g;
  const auto sizes = [](const std::vector<int64_t>& shape) {
    return std::vector<GraphMaker::Size>(shape.begin(), shape.end());
  };
  const ValueId ids[] = {g.input("a", DType::kFloat64, sizes(a.shape)),
                         g.input("b", DType::kFloat64, sizes(b.shape))};
  const ValueId y = problem.body(g, ids[0], ids[1]);
  if (gradient)
    for (ValueId v : g.ops("ai.onnx.preview.training.Gradient", {ids[0], ids[1]}, 2,
                           {{"xs", Strings{"a", "b"}}, {"y", g.graph().value(y).name}}))
      g.output(v);
  else
    g.output(y);
  INLAY_TRY(prepare(*graph::clone(g.graph()), false));
  Runner runner(g.shared());
  const std::vector<TensorView> views = {a.view(DType::kFloat64), b.view(DType::kFloat64)};
  INLAY_ASSIGN(const auto outputs, runner.run(views));
  std::vector<Doubles> out;
  for (const OutputTensor& output : outputs) out.push_back(elements<double>(output));
  return out;
}

double sum_of(const Problem& problem, const Input<double>& a, const Input<double>& b) {
  const auto y = run(problem, a, b, false);
  EXPECT_TRUE(y.ok()) << y.message();
  return y.ok() ? std::accumulate((*y)[0].begin(), (*y)[0].end(), 0.0) : 0;
}

void expect_gradients(const Problem& problem) {
  const Input<double> inputs[] = {kA, make_b(problem.b_shape)};
  const auto found = run(problem, inputs[0], inputs[1], true);
  ASSERT_TRUE(found.ok()) << found.message();
  constexpr double kStep = 1e-5;
  for (size_t which = 0; which < 2; ++which) {
    ASSERT_EQ((*found)[which].size(), inputs[which].values.size());
    for (size_t i = 0; i < inputs[which].values.size(); ++i) {
      Input<double> more[] = {inputs[0], inputs[1]}, less[] = {inputs[0], inputs[1]};
      more[which].values[i] += kStep;
      less[which].values[i] -= kStep;
      const double slope =
          (sum_of(problem, more[0], more[1]) - sum_of(problem, less[0], less[1])) / (2 * kStep);
      EXPECT_NEAR((*found)[which][i], slope, 1e-6 * std::max(1.0, std::fabs(slope)));
    }
  }
}

TEST(Gradient, OfOneOperand) {
  for (const char* op : {"Cos", "Exp", "Identity", "Log", "Neg", "Relu", "Sigmoid", "Sin", "Sqrt",
                         "Tanh", "Flatten", "Transpose"}) {
    SCOPED_TRACE(op);
    expect_gradients({{2, 3}, [&](GraphMaker& g, ValueId a, ValueId b) {
                        const ValueId once = g.op(op, {g.op("Mul", {a, b})});
                        return g.op("Mul", {once, once});
                      }});
  }
}

TEST(Gradient, OfTwoThatBroadcast) {
  for (const char* op : {"Add", "Sub", "Mul", "Div", "Pow", "Sum"})
    for (const std::vector<int64_t>& shape :
         {std::vector<int64_t>{2, 3}, {3}, {1}, {}, {2, 1}, {1, 3}, {4, 2, 3}, {1, 1, 1}}) {
      SCOPED_TRACE(format("{} {}", op, graph::shape_text(shape)));
      expect_gradients({shape, [&](GraphMaker& g, ValueId a, ValueId b) {
                          return g.op("Tanh", {g.op(op, {a, b})});
                        }});
    }
}

TEST(Gradient, OfProducts) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{3, 4}, {2, 3, 2}}) {
    SCOPED_TRACE(graph::shape_text(shape));
    expect_gradients({shape, [](GraphMaker& g, ValueId a, ValueId b) {
                        return g.op("Sin", {g.op("MatMul", {a, b})});
                      }});
  }
}

TEST(Gradient, OfSumsAndViews) {
  for (int64_t keep : {0, 1})
    for (const char* op : {"ReduceSum", "ReduceMean"}) {
      SCOPED_TRACE(op);
      expect_gradients(
          {{2, 3}, [&](GraphMaker& g, ValueId a, ValueId b) {
             const ValueId squares = g.op("Mul", {a, g.op("Exp", {b})});
             const Attributes one = {{"keepdims", keep}, {"axes", std::vector<int64_t>{-1}}};
             const ValueId rows = g.op(op, {squares}, one, 11);
             return g.op(op, {g.op("Mul", {rows, rows})}, {{"keepdims", keep}}, 11);
           }});
    }
  expect_gradients({{2, 3}, [](GraphMaker& g, ValueId a, ValueId b) {
                      const ValueId row = g.op("Reshape", {a, g.integers({1, 6, 1})});
                      const ValueId plain = g.op("Squeeze", {row, g.integers({0})});
                      const ValueId more = g.op("Unsqueeze", {plain, g.integers({0})});
                      return g.op("Mul", {more, g.op("Reshape", {b, g.integers({1, 6, 1})})});
                    }});
}

// d = (a + b) · a at other values than the graph's, with zs that stand still.
TEST(Gradient, IsTakenAtTheInputs) {
  GraphMaker g;
  const ValueId a = g.input("a", DType::kFloat32, {1}), b = g.input("b", DType::kFloat32, {1});
  const ValueId y = g.op("Mul", {g.op("Add", {a, b}), a});
  g.output(g.op("ai.onnx.preview.training.Gradient", {g.reals({1}, {5}), g.reals({1}, {7})},
                {{"xs", Strings{"a"}}, {"zs", Strings{"b"}}, {"y", g.graph().value(y).name}}));
  Runner runner(g.shared());
  const Input<float> one{{1}, {1}};
  const auto outputs =
      runner.run(std::vector{one.view(DType::kFloat32), one.view(DType::kFloat32)});
  ASSERT_TRUE(outputs.ok()) << outputs.message();
  EXPECT_EQ(elements<float>((*outputs)[0]), std::vector<float>{17});  // 2 · 5 + 7
}

TEST(Gradient, WhatIsNotKnownIsAnError) {
  const auto message = [](Attributes attributes, const char* op) {
    GraphMaker g;
    const ValueId a = g.input("a", DType::kFloat32, {"n"}),
                  b = g.input("b", DType::kFloat32, {"m"});
    const ValueId y = std::string_view(op) == "Add" ? g.op(op, {a, b}) : g.op(op, {a});
    attributes.emplace("y", g.graph().value(y).name);
    g.output(g.op("ai.onnx.preview.training.Gradient", {a, b}, std::move(attributes)));
    return std::string(g.infer().message());
  };
  const Strings both = {"a", "b"};
  EXPECT_NE(message({{"xs", both}}, "Erf").find("the derivative of Erf"), std::string::npos);
  EXPECT_NE(message({{"xs", both}}, "Add").find("a broadcast from [n] to"), std::string::npos);
  EXPECT_NE(
      message({{"xs", both}, {"y", std::string("q")}}, "Neg").find("y: nothing is named \"q\""),
      std::string::npos);
  EXPECT_NE(message({{"xs", Strings{"a", "q"}}}, "Neg").find("xs: nothing is named \"q\""),
            std::string::npos);
  EXPECT_NE(message({{"xs", Strings{"a"}}}, "Neg").find("expected 1 inputs"), std::string::npos);
  EXPECT_NE(message({}, "Neg").find("expected an attribute xs"), std::string::npos);
}

}  // namespace
}  // namespace inlay::runtime
