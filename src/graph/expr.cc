#include "graph/expr.h"

#include <algorithm>

namespace inlay::graph {
namespace {

int64_t saturate(__int128 value) {
  if (value > kHighest) return kHighest;
  if (value < kLowest) return kLowest;
  return static_cast<int64_t>(value);
}

// Ends at the extremes stand for infinity and stay there.
int64_t bound_add(int64_t a, int64_t b) {
  if (a == kLowest || b == kLowest) return kLowest;
  if (a == kHighest || b == kHighest) return kHighest;
  return saturate(static_cast<__int128>(a) + b);
}

int64_t bound_mul(int64_t a, int64_t b) { return saturate(static_cast<__int128>(a) * b); }

Bounds multiply(Bounds a, Bounds b) {
  const int64_t corners[] = {bound_mul(a.low, b.low), bound_mul(a.low, b.high),
                             bound_mul(a.high, b.low), bound_mul(a.high, b.high)};
  return {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
}

// Requires b != 0 and not (a == INT64_MIN and b == -1).
int64_t floor_div_value(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return quotient - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
}

uint64_t mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
  return hash * 0xBF58476D1CE4E5B9u;
}

uint64_t hash_of(const ExprPool::Node& node) {
  uint64_t hash = mix(static_cast<uint64_t>(node.kind), static_cast<uint64_t>(node.value));
  for (Expr arg : node.args) hash = mix(hash, arg.id);
  for (const ExprPool::Term& term : node.terms) {
    hash = mix(hash, static_cast<uint64_t>(term.coefficient));
    for (uint32_t atom : term.atoms) hash = mix(hash, atom);
  }
  return hash;
}

}  // namespace

ExprPool::ExprPool() { constant(0); }

Expr ExprPool::intern(Node node) {
  const uint64_t hash = hash_of(node);
  const auto [begin, end] = index_.equal_range(hash);
  for (auto it = begin; it != end; ++it)
    if (nodes_[it->second] == node) return Expr{it->second};
  const auto id = static_cast<uint32_t>(nodes_.size());
  bounds_.push_back(compute_bounds(node));
  nodes_.push_back(std::move(node));
  index_.emplace(hash, id);
  return Expr{id};
}

Expr ExprPool::constant(int64_t value) { return intern({Kind::kConstant, value, {}, {}}); }

Expr ExprPool::symbol(std::string_view name, Bounds bounds) {
  const auto found = symbol_index_.find(std::string(name));
  if (found != symbol_index_.end()) return symbols_[found->second].expr;
  const auto id = static_cast<SymbolId>(symbols_.size());
  symbols_.push_back({std::string(name), bounds, {}});
  symbol_index_.emplace(std::string(name), id);
  return symbols_[id].expr = intern({Kind::kSymbol, id, {}, {}});
}

Expr ExprPool::fresh_symbol(std::string_view hint, Bounds bounds) {
  std::string name(hint);
  for (int n = 1; symbol_index_.count(name); ++n) name = format("{}.{}", hint, n);
  return symbol(name, bounds);
}

std::vector<ExprPool::Term> ExprPool::terms_of(Expr e) const {
  const Node& n = node(e);
  if (n.kind == Kind::kSum) return n.terms;
  if (n.kind == Kind::kConstant) {
    if (n.value == 0) return {};
    return {Term{n.value, {}}};
  }
  return {Term{1, {e.id}}};
}

// Coefficients that overflow would need sizes beyond 2^63; they saturate, and evaluation reports them.
Expr ExprPool::from_terms(std::vector<Term> terms) {
  std::sort(terms.begin(), terms.end(),
            [](const Term& a, const Term& b) { return a.atoms < b.atoms; });
  std::vector<Term> merged;
  for (Term& term : terms) {
    if (!merged.empty() && merged.back().atoms == term.atoms)
      merged.back().coefficient =
          saturate(static_cast<__int128>(merged.back().coefficient) + term.coefficient);
    else
      merged.push_back(std::move(term));
    if (merged.back().coefficient == 0) merged.pop_back();
  }
  if (merged.empty()) return constant(0);
  if (merged.size() == 1 && merged[0].atoms.empty()) return constant(merged[0].coefficient);
  if (merged.size() == 1 && merged[0].coefficient == 1 && merged[0].atoms.size() == 1)
    return Expr{merged[0].atoms[0]};
  return intern({Kind::kSum, 0, {}, std::move(merged)});
}

Expr ExprPool::add(Expr a, Expr b) {
  std::vector<Term> terms = terms_of(a);
  for (Term& term : terms_of(b)) terms.push_back(std::move(term));
  return from_terms(std::move(terms));
}

Expr ExprPool::sub(Expr a, Expr b) { return add(a, mul(b, constant(-1))); }

Expr ExprPool::mul(Expr a, Expr b) {
  std::vector<Term> product;
  const std::vector<Term> right = terms_of(b);
  for (const Term& x : terms_of(a)) {
    for (const Term& y : right) {
      Term term{bound_mul(x.coefficient, y.coefficient), x.atoms};
      term.atoms.insert(term.atoms.end(), y.atoms.begin(), y.atoms.end());
      std::sort(term.atoms.begin(), term.atoms.end());
      product.push_back(std::move(term));
    }
  }
  return from_terms(std::move(product));
}

// a / b where b is one term that divides every term of a.
std::optional<Expr> ExprPool::divide_exactly(Expr a, Expr b) {
  const std::vector<Term> divisor = terms_of(b);
  if (divisor.size() != 1)
    return a == b && !divisor.empty() ? std::optional(constant(1)) : std::nullopt;
  std::vector<Term> quotient;
  for (const Term& term : terms_of(a)) {
    Term part{0, {}};
    const bool overflows = term.coefficient == kLowest && divisor[0].coefficient == -1;
    if (overflows || term.coefficient % divisor[0].coefficient != 0) return std::nullopt;
    part.coefficient = term.coefficient / divisor[0].coefficient;
    if (!std::includes(term.atoms.begin(), term.atoms.end(), divisor[0].atoms.begin(),
                       divisor[0].atoms.end()))
      return std::nullopt;
    std::set_difference(term.atoms.begin(), term.atoms.end(), divisor[0].atoms.begin(),
                        divisor[0].atoms.end(), std::back_inserter(part.atoms));
    quotient.push_back(std::move(part));
  }
  return from_terms(std::move(quotient));
}

Expr ExprPool::floor_div(Expr a, Expr b) {
  const auto x = value(a), y = value(b);
  if (x && y && *y != 0 && !(*x == kLowest && *y == -1)) return constant(floor_div_value(*x, *y));
  if (y && *y == 1) return a;
  if (!y || *y != 0)
    if (std::optional<Expr> exact = divide_exactly(a, b)) return *exact;
  return intern({Kind::kFloorDiv, 0, {a, b}, {}});
}

Expr ExprPool::ceil_div(Expr a, Expr b) {
  if (!is(b, 0))
    if (std::optional<Expr> exact = divide_exactly(a, b)) return *exact;
  return mul(constant(-1), floor_div(mul(constant(-1), a), b));
}

Expr ExprPool::mod(Expr a, Expr b) { return sub(a, mul(b, floor_div(a, b))); }

Expr ExprPool::min(Expr a, Expr b) {
  if (a == b || is(b, kHighest)) return a;
  if (is(a, kHighest)) return b;
  const Bounds difference = bounds(sub(a, b));
  if (difference.high <= 0) return a;
  if (difference.low >= 0) return b;
  if (b < a) std::swap(a, b);
  return intern({Kind::kMin, 0, {a, b}, {}});
}

Expr ExprPool::max(Expr a, Expr b) {
  if (a == b) return a;
  const Bounds difference = bounds(sub(a, b));
  if (difference.high <= 0) return b;
  if (difference.low >= 0) return a;
  if (b < a) std::swap(a, b);
  return intern({Kind::kMax, 0, {a, b}, {}});
}

Expr ExprPool::if_equal(Expr a, Expr b, Expr then, Expr otherwise) {
  if (a == b || then == otherwise) return then;
  const Bounds difference = bounds(sub(a, b));
  if (difference.low > 0 || difference.high < 0) return otherwise;
  return intern({Kind::kIfEqual, 0, {a, b, then, otherwise}, {}});
}

Expr ExprPool::if_less(Expr a, Expr b, Expr then, Expr otherwise) {
  if (then == otherwise) return then;
  const Bounds difference = bounds(sub(a, b));
  if (difference.high < 0) return then;
  if (difference.low >= 0) return otherwise;
  return intern({Kind::kIfLess, 0, {a, b, then, otherwise}, {}});
}

Expr ExprPool::broadcast(Expr a, Expr b) {
  if (a == b || is(b, 1)) return a;
  if (is(a, 1)) return b;
  // A constant that is not 1 decides; the other side must be it, or 1.
  if (value(a)) return a;
  if (value(b)) return b;
  // min(a, n) is at most a: where it is not 1, it must be a.
  const auto is_min_of = [&](Expr minimum, Expr e) {
    const Node& n = node(minimum);
    return n.kind == Kind::kMin && (n.args[0] == e || n.args[1] == e);
  };
  if (is_min_of(b, a)) return a;
  if (is_min_of(a, b)) return b;
  return if_equal(a, constant(1), b, a);
}

Expr ExprPool::product(std::span<const Expr> factors) {
  Expr result = constant(1);
  for (Expr factor : factors) result = mul(result, factor);
  return result;
}

std::optional<int64_t> ExprPool::value(Expr e) const {
  const Node& n = node(e);
  return n.kind == Kind::kConstant ? std::optional(n.value) : std::nullopt;
}

Bounds ExprPool::bounds(Expr e) const { return bounds_[e.id]; }

std::optional<SymbolId> ExprPool::as_symbol(Expr e) const {
  const Node& n = node(e);
  if (n.kind != Kind::kSymbol) return std::nullopt;
  return static_cast<SymbolId>(n.value);
}

std::optional<ExprPool::Shifted> ExprPool::as_shifted_symbol(Expr e) const {
  if (const auto symbol = as_symbol(e)) return Shifted{*symbol, 0};
  const Node& n = node(e);
  // Terms are sorted by their atoms, so the number comes first.
  if (n.kind != Kind::kSum || n.terms.size() != 2 || !n.terms[0].atoms.empty()) return {};
  if (n.terms[1].coefficient != 1 || n.terms[1].atoms.size() != 1) return {};
  const auto symbol = as_symbol(Expr{n.terms[1].atoms[0]});
  if (!symbol) return {};
  return Shifted{*symbol, n.terms[0].coefficient};
}

Bounds ExprPool::compute_bounds(const Node& n) const {
  switch (n.kind) {
    case Kind::kConstant: return {n.value, n.value};
    case Kind::kSymbol: return symbols_[static_cast<size_t>(n.value)].bounds;
    case Kind::kSum: {
      Bounds sum{0, 0};
      for (const Term& term : n.terms) {
        Bounds part{term.coefficient, term.coefficient};
        for (uint32_t atom : term.atoms) part = multiply(part, bounds_[atom]);
        sum = {bound_add(sum.low, part.low), bound_add(sum.high, part.high)};
      }
      return sum;
    }
    case Kind::kFloorDiv: {
      const Bounds a = bounds(n.args[0]), b = bounds(n.args[1]);
      if (a.low >= 0 && b.low >= 1) return {a.low / b.high, a.high / b.low};
      return {kLowest, kHighest};
    }
    case Kind::kMin: {
      const Bounds a = bounds(n.args[0]), b = bounds(n.args[1]);
      return {std::min(a.low, b.low), std::min(a.high, b.high)};
    }
    case Kind::kMax: {
      const Bounds a = bounds(n.args[0]), b = bounds(n.args[1]);
      return {std::max(a.low, b.low), std::max(a.high, b.high)};
    }
    case Kind::kIfEqual:
    case Kind::kIfLess: {
      const Bounds a = bounds(n.args[2]), b = bounds(n.args[3]);
      return {std::min(a.low, b.low), std::max(a.high, b.high)};
    }
  }
  return {kLowest, kHighest};
}

std::string ExprPool::text(Expr e) const {
  const Node& n = node(e);
  const auto arg = [&](size_t i) { return text(n.args[i]); };
  switch (n.kind) {
    case Kind::kConstant: return to_text(n.value);
    case Kind::kSymbol: return symbols_[static_cast<size_t>(n.value)].name;
    case Kind::kFloorDiv: return format("floor(({}) / ({}))", arg(0), arg(1));
    case Kind::kMin: return format("min({}, {})", arg(0), arg(1));
    case Kind::kMax: return format("max({}, {})", arg(0), arg(1));
    case Kind::kIfEqual: return format("({} == {} ? {} : {})", arg(0), arg(1), arg(2), arg(3));
    case Kind::kIfLess: return format("({} < {} ? {} : {})", arg(0), arg(1), arg(2), arg(3));
    case Kind::kSum: break;
  }
  std::string out;
  // Constants read best at the end: "length + 1".
  std::vector<Term> terms = n.terms;
  std::stable_partition(terms.begin(), terms.end(), [](const Term& t) { return !t.atoms.empty(); });
  for (const Term& term : terms) {
    const bool negative = term.coefficient < 0;
    if (out.empty())
      out += negative ? "-" : "";
    else
      out += negative ? " - " : " + ";
    const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(term.coefficient)
                                        : static_cast<uint64_t>(term.coefficient);
    const bool show = magnitude != 1 || term.atoms.empty();
    if (show) out += to_text(magnitude);
    for (size_t i = 0; i < term.atoms.size(); ++i)
      out += (show || i > 0 ? " * " : "") + text(Expr{term.atoms[i]});
  }
  return out;
}

// ---- ExprProgram

uint32_t ExprProgram::constant_slot(int64_t value) {
  const auto [it, inserted] = constant_slot_.try_emplace(value, slot_count_);
  if (inserted) presets_.push_back({new_slot(), value});
  return it->second;
}

uint32_t ExprProgram::emit(Op op, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  const uint32_t target = new_slot();
  code_.push_back({op, target, a, b, c, d});
  return target;
}

uint32_t ExprProgram::add(const ExprPool& pool, Expr e) {
  const auto found = slot_of_.find(e.id);
  if (found != slot_of_.end()) return found->second;
  const uint32_t slot = compile(pool, e);
  slot_of_.emplace(e.id, slot);
  return slot;
}

uint32_t ExprProgram::compile(const ExprPool& pool, Expr e) {
  using Kind = ExprPool::Kind;
  const ExprPool::Node& n = pool.node(e);
  const auto arg = [&](size_t i) { return add(pool, n.args[i]); };
  switch (n.kind) {
    case Kind::kConstant: return constant_slot(n.value);
    case Kind::kSymbol: {
      const auto symbol = static_cast<SymbolId>(n.value);
      const uint32_t slot = new_slot();
      symbol_slots_.push_back({slot, symbol});
      symbols_.push_back(symbol);
      return slot;
    }
    case Kind::kFloorDiv: return emit(Op::kFloorDiv, arg(0), arg(1));
    case Kind::kMin: return emit(Op::kMin, arg(0), arg(1));
    case Kind::kMax: return emit(Op::kMax, arg(0), arg(1));
    case Kind::kIfEqual: return emit(Op::kIfEqual, arg(0), arg(1), arg(2), arg(3));
    case Kind::kIfLess: return emit(Op::kIfLess, arg(0), arg(1), arg(2), arg(3));
    case Kind::kSum: break;
  }
  std::optional<uint32_t> sum;
  for (const ExprPool::Term& term : n.terms) {
    std::optional<uint32_t> product;
    if (term.coefficient != 1 || term.atoms.empty()) product = constant_slot(term.coefficient);
    for (uint32_t atom : term.atoms) {
      const uint32_t factor = add(pool, Expr{atom});
      product = product ? emit(Op::kMul, *product, factor) : factor;
    }
    sum = sum ? emit(Op::kAdd, *sum, *product) : *product;
  }
  return *sum;
}

Status ExprProgram::evaluate(std::span<const int64_t> symbol_values,
                             std::span<int64_t> slots) const {
  for (const Preset& preset : presets_) slots[preset.slot] = preset.value;
  for (const SymbolSlot& s : symbol_slots_) slots[s.slot] = symbol_values[s.symbol];
  for (const Instruction& i : code_) {
    const int64_t a = slots[i.a], b = slots[i.b];
    int64_t& target = slots[i.target];
    bool overflow = false;
    switch (i.op) {
      case Op::kAdd: overflow = __builtin_add_overflow(a, b, &target); break;
      case Op::kMul: overflow = __builtin_mul_overflow(a, b, &target); break;
      case Op::kFloorDiv:
        if (b == 0) return invalid("a size is divided by zero");
        overflow = a == kLowest && b == -1;
        if (!overflow) target = floor_div_value(a, b);
        break;
      case Op::kMin: target = std::min(a, b); break;
      case Op::kMax: target = std::max(a, b); break;
      case Op::kIfEqual: target = a == b ? slots[i.c] : slots[i.d]; break;
      case Op::kIfLess: target = a < b ? slots[i.c] : slots[i.d]; break;
    }
    if (overflow) return invalid("a size overflows 64 bits");
  }
  return Status();
}

}  // namespace inlay::graph
