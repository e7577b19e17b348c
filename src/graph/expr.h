// Sizes as expressions over symbols (batch, length, total tokens, past length).
//
//   ExprPool pool;
//   Expr batch = pool.symbol("batch"), length = pool.symbol("length");
//   Expr flat = pool.mul(batch, length);
//   pool.floor_div(pool.mul(flat, pool.constant(384)), flat) == pool.constant(384)   // true
//
// Idea: every expression is kept in one normal form, a polynomial with integer coefficients over atoms
// (symbols, and quotients, minima, maxima, selections that do not simplify), and equal forms share one
// number. So two expressions that are equal as polynomials are equal as integers `id`, and shape
// arithmetic of a model folds away by construction.
//
// Invariants:
//  1. An id never changes its meaning; arguments of a node have smaller ids than the node.
//  2. A quotient by a product of atoms that divides every term is simplified as if the product were not
//     zero. (ONNX's Reshape with -1 is undefined for zero sizes, too.)
//  3. Bounds are valid for all symbol values within the symbols' own bounds.
//
// A pool belongs to one model's load and is not for concurrent use; ExprProgram is immutable and may be
// evaluated by many threads.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"

namespace inlay::graph {

struct Expr {
  uint32_t id = 0;  // of the pool that made it; 0 is the constant 0
  auto operator<=>(const Expr&) const = default;
};

using SymbolId = uint32_t;

// Inclusive; kUnbounded ends mean "no bound known".
struct Bounds {
  int64_t low, high;
};
inline constexpr int64_t kLowest = INT64_MIN, kHighest = INT64_MAX;

class ExprPool {
 public:
  ExprPool();

  Expr constant(int64_t value);
  // The symbol of that name, made on first use. Its bounds are those of its first use.
  Expr symbol(std::string_view name, Bounds bounds = {0, kHighest});
  // A symbol with a name of its own: "hint", "hint.1", …
  Expr fresh_symbol(std::string_view hint, Bounds bounds = {0, kHighest});

  Expr add(Expr a, Expr b);
  Expr sub(Expr a, Expr b);
  Expr mul(Expr a, Expr b);
  Expr floor_div(Expr a, Expr b);  // rounds down; a divisor of 0 is an error of evaluation
  Expr ceil_div(Expr a, Expr b);
  Expr mod(Expr a, Expr b);  // a - b * floor(a / b)
  Expr min(Expr a, Expr b);
  Expr max(Expr a, Expr b);
  Expr if_equal(Expr a, Expr b, Expr then, Expr otherwise);
  Expr if_less(Expr a, Expr b, Expr then, Expr otherwise);
  // The size of an axis of two operands that broadcast: b where a is 1, else a.
  Expr broadcast(Expr a, Expr b);
  Expr product(std::span<const Expr> factors);

  std::optional<int64_t> value(Expr e) const;  // where it is a constant
  bool is(Expr e, int64_t constant) const { return value(e) == constant; }
  Bounds bounds(Expr e) const;
  // The symbol that e is, alone.
  std::optional<SymbolId> as_symbol(Expr e) const;
  // The symbol s and the number n where e is s + n.
  struct Shifted {
    SymbolId symbol;
    int64_t shift;
  };
  std::optional<Shifted> as_shifted_symbol(Expr e) const;
  const std::string& symbol_name(SymbolId symbol) const { return symbols_[symbol].name; }
  size_t symbol_count() const { return symbols_.size(); }
  Expr symbol_expr(SymbolId symbol) const { return symbols_[symbol].expr; }
  std::string text(Expr e) const;  // "batch * length + 1"

  enum class Kind : uint8_t { kConstant, kSymbol, kSum, kFloorDiv, kMin, kMax, kIfEqual, kIfLess };
  // coefficient × product of atoms (ids, ascending, repeated for powers).
  struct Term {
    int64_t coefficient;
    std::vector<uint32_t> atoms;
    bool operator==(const Term&) const = default;
  };
  struct Node {
    Kind kind;
    int64_t value = 0;        // of a constant; the SymbolId of a symbol
    std::vector<Expr> args;   // of quotients, minima, maxima, selections
    std::vector<Term> terms;  // of sums, in the order of their atoms
    bool operator==(const Node&) const = default;
  };
  const Node& node(Expr e) const { return nodes_[e.id]; }

 private:
  struct Symbol {
    std::string name;
    Bounds bounds;
    Expr expr;
  };
  Expr intern(Node node);
  Expr from_terms(std::vector<Term> terms);
  std::vector<Term> terms_of(Expr e) const;
  std::optional<Expr> divide_exactly(Expr a, Expr b);
  Bounds compute_bounds(const Node& node) const;

  std::vector<Node> nodes_;
  std::vector<Bounds> bounds_;
  std::unordered_multimap<uint64_t, uint32_t> index_;
  std::vector<Symbol> symbols_;
  std::unordered_map<std::string, SymbolId> symbol_index_;
};

// Expressions compiled to a flat list of operations over slots, for binding in well under a microsecond
// a hundred expressions.
class ExprProgram {
 public:
  // The slot that will hold e's value. Equal expressions share a slot.
  uint32_t add(const ExprPool& pool, Expr e);

  // The symbols that the program reads, each once.
  std::span<const SymbolId> symbols() const { return symbols_; }
  size_t slot_count() const { return slot_count_; }

  // symbol_values[SymbolId]; slots[slot_count()] receives every value. Fails on overflow of int64 or a
  // division by zero: "size overflows" / "division by zero".
  Status evaluate(std::span<const int64_t> symbol_values, std::span<int64_t> slots) const;

 private:
  enum class Op : uint8_t { kAdd, kMul, kFloorDiv, kMin, kMax, kIfEqual, kIfLess };
  struct Instruction {
    Op op;
    uint32_t target, a, b, c, d;
  };
  struct Preset {
    uint32_t slot;
    int64_t value;
  };
  struct SymbolSlot {
    uint32_t slot;
    SymbolId symbol;
  };
  uint32_t new_slot() { return slot_count_++; }
  uint32_t constant_slot(int64_t value);
  uint32_t emit(Op op, uint32_t a, uint32_t b, uint32_t c = 0, uint32_t d = 0);
  uint32_t compile(const ExprPool& pool, Expr e);

  uint32_t slot_count_ = 0;
  std::vector<Instruction> code_;
  std::vector<Preset> presets_;
  std::vector<SymbolSlot> symbol_slots_;
  std::vector<SymbolId> symbols_;
  std::unordered_map<uint32_t, uint32_t> slot_of_;       // expression id -> slot
  std::unordered_map<int64_t, uint32_t> constant_slot_;  // value -> slot
};

}  // namespace inlay::graph
