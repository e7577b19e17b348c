#include "graph/expr.h"

#include <gtest/gtest.h>

#include <random>

namespace inlay::graph {
namespace {

int64_t evaluate(const ExprPool& pool, Expr e, std::vector<int64_t> symbols) {
  ExprProgram program;
  const uint32_t slot = program.add(pool, e);
  std::vector<int64_t> slots(program.slot_count());
  const Status status = program.evaluate(symbols, slots);
  EXPECT_TRUE(status.ok()) << status.message();
  return slots[slot];
}

TEST(Expr, EqualPolynomialsAreOneExpression) {
  ExprPool p;
  const Expr b = p.symbol("batch"), l = p.symbol("length"), one = p.constant(1);
  EXPECT_EQ(p.mul(p.add(b, one), l), p.add(l, p.mul(l, b)));
  EXPECT_EQ(p.sub(p.add(b, l), l), b);
  EXPECT_EQ(p.add(p.constant(2), p.constant(3)), p.constant(5));
  EXPECT_NE(p.mul(b, l), p.mul(b, b));
}

TEST(Expr, QuotientsCancel) {
  ExprPool p;
  const Expr b = p.symbol("batch"), l = p.symbol("length"), h = p.constant(384);
  const Expr all = p.mul(p.mul(b, l), h);
  EXPECT_EQ(p.floor_div(all, p.mul(b, h)), l);
  EXPECT_EQ(p.floor_div(all, p.constant(32)), p.mul(p.mul(b, l), p.constant(12)));
  EXPECT_EQ(p.mod(all, p.constant(12)), p.constant(0));
  EXPECT_EQ(p.ceil_div(p.constant(7), p.constant(2)), p.constant(4));
  EXPECT_EQ(p.floor_div(p.constant(-7), p.constant(2)), p.constant(-4));
}

TEST(Expr, BoundsDecideMinimaAndSelections) {
  ExprPool p;
  const Expr l = p.symbol("length", {1, 512});
  EXPECT_EQ(p.min(l, p.constant(512)), l);
  EXPECT_EQ(p.max(l, p.constant(0)), l);
  EXPECT_EQ(p.if_less(l, p.constant(0), p.constant(7), l), l);
  EXPECT_NE(p.min(l, p.constant(100)), l);
  EXPECT_EQ(p.if_equal(p.add(l, p.constant(1)), p.constant(1), p.constant(0), l), l);
}

TEST(Expr, TextReadsWell) {
  ExprPool p;
  const Expr past = p.symbol("past"), l = p.symbol("length");
  EXPECT_EQ(p.text(p.add(past, l)), "past + length");
  EXPECT_EQ(p.text(p.sub(p.mul(p.constant(2), l), p.constant(1))), "2 * length - 1");
}

TEST(Expr, OverflowAndDivisionByZeroAreErrors) {
  ExprPool p;
  const Expr b = p.symbol("batch"), l = p.symbol("length");
  ExprProgram program;
  program.add(p, p.mul(b, l));
  program.add(p, p.floor_div(b, l));
  std::vector<int64_t> slots(program.slot_count());
  EXPECT_EQ(program.evaluate(std::vector<int64_t>{int64_t{1} << 62, 4}, slots).message(),
            "a size overflows 64 bits");
  EXPECT_EQ(program.evaluate(std::vector<int64_t>{4, 0}, slots).message(),
            "a size is divided by zero");
}

// Random expressions built twice, once through the pool and once in plain integers.
TEST(Expr, SimplificationKeepsTheValue) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    ExprPool p;
    std::vector<int64_t> symbols;
    std::vector<std::pair<Expr, int64_t>> made;
    for (int s = 0; s < 3; ++s) {
      symbols.push_back(1 + static_cast<int64_t>(random() % 9));
      made.push_back({p.symbol(format("s{}", s), {1, 9}), symbols.back()});
    }
    made.push_back({p.constant(3), 3});
    for (int step = 0; step < 12; ++step) {
      const auto [a, x] = made[random() % made.size()];
      const auto [b, y] = made[random() % made.size()];
      if (std::abs(x) > 100000 || std::abs(y) > 100000) continue;
      switch (random() % 7) {
        case 0: made.push_back({p.add(a, b), x + y}); break;
        case 1: made.push_back({p.sub(a, b), x - y}); break;
        case 2: made.push_back({p.mul(a, b), x * y}); break;
        case 3: made.push_back({p.min(a, b), std::min(x, y)}); break;
        case 4: made.push_back({p.max(a, b), std::max(x, y)}); break;
        case 5: made.push_back({p.if_less(a, b, a, p.constant(5)), x < y ? x : 5}); break;
        case 6:
          if (y > 0) made.push_back({p.floor_div(a, b), (x - ((x % y) + y) % y) / y});
          break;
      }
    }
    for (const auto& [e, expected] : made)
      EXPECT_EQ(evaluate(p, e, symbols), expected) << p.text(e);
  }
}

}  // namespace
}  // namespace inlay::graph
