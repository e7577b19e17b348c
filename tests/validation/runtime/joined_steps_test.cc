// Neighbouring steps over the same elements become one, unless one of them reads elsewhere what another writes.
#include "runtime/graphs.h"

namespace inlay::runtime {
namespace {

// More elements than go through joined steps at once, in rows.
constexpr int64_t kRows = 61, kColumns = 61;

struct Ran {
  size_t steps;
  std::vector<float> elements;
};

// The graph's only output for x = 1, 2, 3, … of [kRows, kColumns].
Ran run(const std::shared_ptr<Graph>& graph) {
  Runner runner(graph);
  const Input<float> x = counting({kRows, kColumns});
  const auto outputs = runner.run(std::vector{x.view(DType::kFloat32)});
  EXPECT_TRUE(outputs.ok()) << outputs.message();
  return {runner.plan().steps.size(),
          outputs.ok() ? elements<float>((*outputs)[0]) : std::vector<float>()};
}

float at(int64_t row, int64_t column) { return static_cast<float>(row * kColumns + column + 1); }

template <class Expected>
void expect_elements(const Ran& ran, const Expected& expected) {
  ASSERT_EQ(ran.elements.size(), static_cast<size_t>(kRows * kColumns));
  for (int64_t r = 0; r < kRows; ++r)
    for (int64_t c = 0; c < kColumns; ++c)
      ASSERT_EQ(ran.elements[static_cast<size_t>(r * kColumns + c)], expected(r, c))
          << r << ", " << c;
}

TEST(JoinedSteps, AChainIsOneStep) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n", "n"});
  const ValueId scaled = m.op("Mul", {x, m.real(2)});
  const ValueId raised = m.op("Add", {scaled, m.real(3)});
  m.graph().outputs = {m.op("Sub", {raised, x})};
  const Ran ran = run(m.shared());
  EXPECT_EQ(ran.steps, 1u);
  expect_elements(ran, [](int64_t r, int64_t c) { return at(r, c) + 3; });
}

TEST(JoinedSteps, AnotherShapeStaysApart) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n", "n"});
  const ValueId row = m.op("Mul", {m.op("ReduceMax", {x, m.integers({0})}), m.real(2)});
  m.graph().outputs = {m.op("Add", {row, m.op("Neg", {x})})};
  const Ran ran = run(m.shared());
  EXPECT_EQ(ran.steps, 3u);  // the maximum, its double, and the rest
  expect_elements(ran, [](int64_t r, int64_t c) { return 2 * at(kRows - 1, c) - at(r, c); });
}

TEST(JoinedSteps, AReaderOfOtherPlacesStaysApart) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n", "n"});
  const ValueId scaled = m.op("Mul", {x, m.real(2)});
  m.graph().outputs = {m.op("Add", {scaled, m.op("Transpose", {scaled})})};
  const Ran ran = run(m.shared());
  EXPECT_EQ(ran.steps, 2u);
  expect_elements(ran, [](int64_t r, int64_t c) { return 2 * at(r, c) + 2 * at(c, r); });
}

TEST(JoinedSteps, AWriterOverWhatIsReadElsewhereStaysApart) {
  GraphMaker m;
  const ValueId x = m.input("x", DType::kFloat32, {"n", "n"});
  const ValueId scaled = m.op("Mul", {x, m.real(2)});
  const ValueId sum = m.op("Add", {m.op("Transpose", {scaled}), x});
  const ValueId product =
      m.op("Sub", {sum, scaled});  // over `scaled`, which the sum reads by columns
  m.graph().outputs = {m.op("Transpose", {product})};
  const Ran ran = run(m.shared());
  expect_elements(ran, [](int64_t r, int64_t c) { return 2 * at(r, c) + at(c, r) - 2 * at(c, r); });
}

}  // namespace
}  // namespace inlay::runtime
