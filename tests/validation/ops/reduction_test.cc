// Sums of several chains, and pieces that threads share: at every length around those that they begin with.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

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
// Every set of axes of a small tensor, in each type that goes its own way.
template <class T>
void expect_sums_and_extremes(DType dtype) {
  const std::vector<int64_t> shape = {3, 4, 5, 2};
  std::vector<T> x;
  for (int64_t i = 0; i < 120; ++i) x.push_back(static_cast<T>((i * 37) % 19));
  for (size_t set = 1; set < 16; ++set) {
    std::vector<int64_t> axes;
    for (size_t a = 0; a < 4; ++a)
      if (set >> a & 1) axes.push_back(static_cast<int64_t>(a));
    std::map<int64_t, std::vector<double>> groups;
    for (int64_t i = 0; i < 120; ++i) {
      int64_t rest = i, key = 0, step = 1;
      for (size_t a = 4; a-- > 0; rest /= shape[a], step *= 10)
        key += set >> a & 1 ? 0 : rest % shape[a] * step;
      groups[key].push_back(static_cast<double>(x[static_cast<size_t>(i)]));
    }
    std::vector<T> sums, highest;
    for (const auto& [key, group] : groups) {
      sums.push_back(static_cast<T>(std::accumulate(group.begin(), group.end(), 0.0)));
      highest.push_back(static_cast<T>(*std::max_element(group.begin(), group.end())));
    }
    const TensorRef input = tensor<T>(dtype, shape, x);
    const TensorRef list =
        tensor<int64_t>(DType::kInt64, {static_cast<int64_t>(axes.size())}, axes);
    EXPECT_EQ(elements<T>(run("ReduceSum", {input, list}, {}, 18)), sums) << set;
    EXPECT_EQ(elements<T>(run("ReduceMax", {input, list}, {}, 20)), highest) << set;
  }
}

TEST(Reduction, EverySetOfAxes) {
  expect_sums_and_extremes<float>(DType::kFloat32);
  expect_sums_and_extremes<double>(DType::kFloat64);
  expect_sums_and_extremes<int64_t>(DType::kInt64);
  expect_sums_and_extremes<int32_t>(DType::kInt32);
  expect_sums_and_extremes<uint32_t>(DType::kUint32);
  expect_sums_and_extremes<uint64_t>(DType::kUint64);
}

TEST(Reduction, ExtremesOfUnsignedAndOfNothing) {
  const auto extreme = [](const std::string& op, DType dtype, const auto& x) {
    using T = typename std::decay_t<decltype(x)>::value_type;
    const auto count = static_cast<int64_t>(x.size());
    return elements<T>(run(op, {tensor<T>(dtype, {count}, x)}, {}, 20)).at(0);
  };
  const std::vector<uint64_t> wide = {1, UINT64_MAX, uint64_t{1} << 63};
  EXPECT_EQ(extreme("ReduceMax", DType::kUint64, wide), UINT64_MAX);
  EXPECT_EQ(extreme("ReduceMin", DType::kUint64, wide), 1u);
  EXPECT_EQ(extreme("ReduceMin", DType::kUint64, std::vector<uint64_t>()), UINT64_MAX);
  EXPECT_EQ(extreme("ReduceMax", DType::kInt8, std::vector<int8_t>()), INT8_MIN);
  EXPECT_EQ(extreme("ReduceMin", DType::kUint8, std::vector<uint8_t>()), UINT8_MAX);
  EXPECT_EQ(extreme("ReduceMax", DType::kInt32, std::vector<int32_t>()), INT32_MIN);
  EXPECT_EQ(extreme("ReduceMax", DType::kFloat32, Reals()), -INFINITY);
}

// Rows longer than what is looked through at once, with equal extremes in several pieces.
TEST(Reduction, PlacesOfExtremesInLongRows) {
  const auto place = [](const std::string& op, const Reals& x, int64_t last) {
    const auto count = static_cast<int64_t>(x.size());
    return elements<int64_t>(run(op, {tensor<float>(DType::kFloat32, {count}, x)},
                                 {{"axis", int64_t{0}}, {"select_last_index", last}}, 13))
        .at(0);
  };
  Reals x(7000, 1.0f);
  x[2500] = x[4900] = x[4950] = 2;
  x[100] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(place("ArgMax", x, 0), 2500);
  EXPECT_EQ(place("ArgMax", x, 1), 4950);
  EXPECT_EQ(place("ArgMin", x, 0), 0);
  EXPECT_EQ(place("ArgMin", x, 1), 6999);
  x[0] = x[100];
  EXPECT_EQ(place("ArgMax", x, 0), 0);
}

// NaNs are greater than all numbers, and of equal elements the first come first.
TEST(Reduction, TopKOfManyElements) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Reals x(3000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 7919 % 500);
  x[1234] = x[2345] = nan;
  for (const int64_t k : {0, 1, 2, 5, 40, 2999, 3000})
    for (const int64_t largest : {0, 1}) {
      std::vector<size_t> order(x.size());
      std::iota(order.begin(), order.end(), size_t{0});
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        if (!largest) std::swap(a, b);
        return std::isnan(x[a]) ? !std::isnan(x[b]) : x[a] > x[b];
      });
      const Reals y = elements<float>(
          run("TopK",
              {tensor<float>(DType::kFloat32, {3000}, x), tensor<int64_t>(DType::kInt64, {1}, {k})},
              {{"largest", largest}}, 11));
      ASSERT_EQ(static_cast<int64_t>(y.size()), k);
      for (size_t i = 0; i < y.size(); ++i) {
        const float expected = x[order[i]];
        EXPECT_TRUE(y[i] == expected || (std::isnan(y[i]) && std::isnan(expected)))
            << k << " " << largest << " at " << i << ": " << y[i] << ", not " << expected;
      }
    }
}

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
