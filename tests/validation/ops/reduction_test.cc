// Sums of several chains, and pieces that threads share: at every length around those that they begin with.
#include <cmath>
#include <functional>
#include <limits>

#include "ops/single_node.h"
#include "runtime/graphs.h"

namespace inlay::test {
namespace {

using Reals = std::vector<float>;

std::vector<float> numbers(int64_t count) {
  std::vector<float> x;
  for (int64_t i = 0; i < count; ++i) x.push_back(static_cast<float>((i * 37) % 19 - 7) / 8);
  return x;
}

double folded(const Reals& x, double first, const std::function<double(double, double)>& next) {
  double sum = first;
  for (const float element : x) sum = next(sum, element);
  return sum;
}

TEST(Reduction, AgreesWithOneChainAtAllLengths) {
  for (const int64_t count : {1, 7, 15, 16, 17, 24, 31, 100}) {
    const Reals x = numbers(count);
    const auto reduced = [&](const std::string& op) {
      const Reals y =
          elements<float>(run(op, {tensor<float>(DType::kFloat32, {count}, x)}, {}, 13));
      return y.size() == 1 ? y[0] : NAN;
    };
    const auto is = [&](const std::string& op, double expected) {
      EXPECT_NEAR(reduced(op), expected, 1e-6 * std::fabs(expected)) << op << " of " << count;
    };
    const auto plus = [&](auto&& of) {
      return folded(x, 0, [&](double sum, double e) { return sum + of(e); });
    };
    const double sum = plus([](double e) { return e; });
    const double squares = plus([](double e) { return e * e; });
    is("ReduceSum", sum);
    is("ReduceMean", sum / static_cast<double>(count));
    is("ReduceL1", plus([](double e) { return std::fabs(e); }));
    is("ReduceL2", std::sqrt(squares));
    is("ReduceSumSquare", squares);
    is("ReduceLogSumExp", std::log(plus([](double e) { return std::exp(e); })));
    is("ReduceProd", folded(x, 1, [](double p, double e) { return p * e; }));
    is("ReduceMax", folded(x, -9, [](double a, double b) { return std::max(a, b); }));
    is("ReduceMin", folded(x, 9, [](double a, double b) { return std::min(a, b); }));
  }
}

TEST(Reduction, KeepsNaNsAndInfinities) {
  const float inf = std::numeric_limits<float>::infinity();
  const auto reduced = [](const std::string& op, Reals x) {
    const auto count = static_cast<int64_t>(x.size());
    return elements<float>(run(op, {tensor<float>(DType::kFloat32, {count}, x)}, {}, 13)).at(0);
  };
  for (const size_t count : {3u, 40u}) {
    for (size_t at = 0; at < count; at += 2) {
      Reals x(count, 1.0f);
      x[at] = NAN;
      for (const char* op : {"ReduceMax", "ReduceMin", "ReduceSum", "ReduceLogSumExp"})
        EXPECT_TRUE(std::isnan(reduced(op, x))) << op << " with a NaN at " << at;
      x[at] = -inf;
      EXPECT_NEAR(reduced("ReduceLogSumExp", x), 1 + std::log(static_cast<double>(count - 1)),
                  1e-6);
    }
    EXPECT_EQ(reduced("ReduceLogSumExp", Reals(count, -inf)), -inf);
    EXPECT_EQ(reduced("ReduceLogSumExp", Reals(count, inf)), inf);
  }
}

// Pieces end anywhere: in a row, in an input, between both, beside inputs without elements.
TEST(Concat, PiecesOfThreadsAreTheWhole) {
  const int64_t rows = 3;
  const std::vector<int64_t> widths = {0, 7001, 0, 1, 20011, 0};
  GraphMaker g;
  std::vector<ValueId> inputs;
  std::vector<Reals> values;
  float next = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    const std::string width = "w" + std::to_string(i);
    inputs.push_back(g.input("x" + std::to_string(i), DType::kFloat32, {"rows", width.c_str()}));
    values.emplace_back();
    for (int64_t e = 0; e < rows * widths[i]; ++e) values[i].push_back(next++);
  }
  g.output(g.op("Concat", inputs, {{"axis", int64_t{1}}}, 13));
  Reals expected;
  for (int64_t row = 0; row < rows; ++row)
    for (size_t i = 0; i < widths.size(); ++i)
      for (int64_t e = 0; e < widths[i]; ++e)
        expected.push_back(values[i][static_cast<size_t>(row * widths[i] + e)]);
  runtime::Runner runner(g.shared());
  std::vector<runtime::Input<float>> given;
  for (size_t i = 0; i < widths.size(); ++i) given.push_back({{rows, widths[i]}, values[i]});
  std::vector<runtime::TensorView> views;
  for (const auto& input : given) views.push_back(input.view(DType::kFloat32));
  const auto made = runner.run(views);
  ASSERT_TRUE(made.ok()) << made.message();
  EXPECT_EQ(runtime::elements<float>((*made)[0]), expected);
}

}  // namespace
}  // namespace inlay::test
