// Gelu from its parts, in any order of factors and with powers written out or not:
//
//   x · 0.5 · (1 + Erf(x / √2))
//   x · 0.5 · (1 + Tanh(√(2/π) · (x + 0.044715 x³)))
//
// A product is read as one number times a list of values, so that every way to write it looks the
// same.
#include <algorithm>
#include <cmath>
#include <set>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

constexpr double kSqrtTwo = 1.4142135623730951;
constexpr double kSqrtTwoOverPi = 0.7978845608028654;
constexpr double kCubic = 0.044715;
constexpr double kRounding = 2e-4;  // some write 0.7978 and 1.4142

bool close(double a, double b) { return std::abs(a - b) <= kRounding * std::abs(b); }

struct Product {
  double scale = 1;
  std::vector<ValueId> factors;  // sorted

  // factors are `base`, `count` times
  bool is_power(ValueId base, size_t count) const {
    return factors.size() == count &&
           std::all_of(factors.begin(), factors.end(), [&](ValueId v) { return v == base; });
  }
};

class Matcher {
 public:
  explicit Matcher(Edit& edit) : edit_(edit) {}

  // "none" or "tanh", with x; empty when the value is no Gelu.
  std::string match(ValueId out) {
    const Product product = read(out, true);
    if (product.factors.size() != 2 || !close(product.scale, 0.5)) return "";
    for (size_t i : {0, 1}) {
      x_ = product.factors[i];
      const ValueId gate = product.factors[1 - i];
      if (!edit_.is_f32(x_) || !edit_.same_type(x_, out) || !inner(gate)) continue;
      const ValueId function = plus_one(gate);
      if (function == kNoValue || !inner(function)) continue;
      if (const Node* erf = take(function, "Erf"); erf && is_scaled_x(erf->input(0), 1 / kSqrtTwo))
        return sealed(out) ? "none" : "";
      if (const Node* tanh = take(function, "Tanh"); tanh && is_cubic(tanh->input(0)))
        return sealed(out) ? "tanh" : "";
    }
    return "";
  }
  ValueId x() const { return x_; }
  int nodes() const { return static_cast<int>(nodes_.size()); }

 private:
  const Node* take(ValueId value, std::string_view op) {
    const Node* node = edit_.maker(value, op);
    if (node) nodes_.insert(edit_.maker_id(value));
    return node;
  }

  // Only one node reads it, so it may vanish.
  bool inner(ValueId value) const { return edit_.used_once(value); }

  // Multiplies out Mul, Div by a number, Pow with a small whole exponent, and Neg.
  Product read(ValueId value, bool is_root = false) {
    Product out;
    if (const auto number = edit_.scalar(value)) {
      out.scale = *number;
      return out;
    }
    if (is_root || inner(value)) {
      if (const Node* mul = take(value, "Mul"))
        return multiply(read(mul->input(0)), read(mul->input(1)));
      const Node* div = edit_.maker(value, "Div");
      if (div && edit_.scalar(div->input(1))) {
        take(value, "Div");
        out = read(div->input(0));
        out.scale /= *edit_.scalar(div->input(1));
        return out;
      }
      const Node* pow = edit_.maker(value, "Pow");
      for (int n : {2, 3}) {
        if (!pow || !edit_.is_scalar(pow->input(1), n)) continue;
        take(value, "Pow");
        out.factors.assign(static_cast<size_t>(n), pow->input(0));
        return out;
      }
    }
    out.factors = {value};
    return out;
  }

  static Product multiply(Product a, const Product& b) {
    a.scale *= b.scale;
    a.factors.insert(a.factors.end(), b.factors.begin(), b.factors.end());
    std::sort(a.factors.begin(), a.factors.end());
    return a;
  }

  // f where the value is f + 1.
  ValueId plus_one(ValueId value) {
    const Node* sum = take(value, "Add");
    if (!sum) return kNoValue;
    for (const Pair& p : both_orders(*sum))
      if (edit_.is_scalar(p.second, 1)) return p.first;
    return kNoValue;
  }

  bool is_scaled_x(ValueId value, double scale) {
    const Product product = read(value);
    return product.is_power(x_, 1) && close(product.scale, scale);
  }

  // √(2/π) · (x + 0.044715 x³), or √(2/π) · x · (1 + 0.044715 x²)
  bool is_cubic(ValueId value) {
    const Product product = read(value);
    if (!close(product.scale, kSqrtTwoOverPi)) return false;
    if (product.factors.size() == 1) {
      const Node* sum = inner(product.factors[0]) ? take(product.factors[0], "Add") : nullptr;
      if (!sum) return false;
      for (const Pair& p : both_orders(*sum))
        if (p.first == x_ && is_term(p.second, 3)) return true;
      return false;
    }
    if (product.factors.size() != 2) return false;
    for (size_t i : {0, 1})
      if (product.factors[i] == x_ && inner(product.factors[1 - i]))
        if (const ValueId square = plus_one(product.factors[1 - i]); square != kNoValue)
          return is_term(square, 2);
    return false;
  }

  // 0.044715 · x^power
  bool is_term(ValueId value, size_t power) {
    const Product product = read(value);
    return product.is_power(x_, power) && close(product.scale, kCubic);
  }

  // What vanishes is read by what vanishes alone. (x may be among the factors that read() looked
  // into.)
  bool sealed(ValueId out) {
    nodes_.erase(edit_.maker_id(x_));
    for (NodeId id : nodes_) {
      const ValueId made = edit_.graph().node(id).output(0);
      if (made == out) continue;
      for (NodeId reader : edit_.readers(made))
        if (!nodes_.contains(reader)) return false;
    }
    return true;
  }

  Edit& edit_;
  std::set<NodeId> nodes_;
  ValueId x_ = kNoValue;
};

}  // namespace

Status fuse_gelu(Edit& edit) {
  // Backwards, so that the last factor of a product comes first.
  std::vector<NodeId> nodes = edit.nodes();
  std::reverse(nodes.begin(), nodes.end());
  for (NodeId id : nodes) {
    const Node& node = edit.graph().node(id);
    if (!node.is("Mul") && !node.is("Div")) continue;
    const ValueId out = node.output(0);
    Matcher matcher(edit);
    const std::string form = matcher.match(out);
    if (form.empty()) continue;
    Node made;
    made.op_type = "Gelu";
    made.version = 20;
    made.inputs = {matcher.x()};
    made.attributes.emplace("approximate", form);
    edit.note("gelu", matcher.nodes());
    edit.replace(out, std::move(made));
  }
  return Status();
}

}  // namespace inlay::rewrite
