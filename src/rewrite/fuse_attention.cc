// Attention, whatever the order in which scales, transposes and masks stand:
//
//   q [batch, q, heads, d], k [batch, k, heads, d], v [batch, k, heads, e]     reshaped from three axes
//   weights = Softmax(scale · q kᵀ (+ mask …))                                 over the last axis
//   out = weights · v as [batch, q, heads · e]
//
// A mask may also be a Where that puts a number in place of scores, when it is so low that adding it
// to a score gives it, too. A guard that turns NaN weights into 0 (all keys masked by -inf) goes where the mask cannot be
// -inf.
#include <algorithm>
#include <array>

#include "rewrite/finite.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

using Order = std::array<int64_t, 4>;
constexpr Order kHeadsFirst = {0, 2, 1, 3};  // [batch, heads, length, d]
constexpr Order kTransposed = {0, 2, 3, 1};  // [batch, heads, d, length]

// A tensor of heads and where it comes from.
struct Heads {
  ValueId source = kNoValue;  // [batch, length, heads * d]
  Order order;                // axes of [batch, length, heads, d]
  double scale = 1;
  int64_t heads = 0;
  int nodes = 0;
};

// What is added to the scores: a tensor, or `lowest` where a condition holds.
struct Bias {
  ValueId value = kNoValue;
  ValueId condition = kNoValue, lowest = kNoValue;
};

struct Attention {
  Heads q, k, v;
  std::vector<Bias> biases;
  double scale = 1;
  bool guarded = false;
  int nodes = 0;
};

class Matcher {
 public:
  explicit Matcher(Edit& edit) : edit_(edit) {}

  // `out` is made by the Reshape at the end.
  bool match(ValueId out) {
    const Node* merge = edit_.maker(out, "Reshape");
    const Node* transpose = merge ? edit_.maker(merge->input(0), "Transpose") : nullptr;
    if (!transpose || !edit_.used_once(merge->input(0)) || order_of(*transpose) != kHeadsFirst)
      return false;
    const ValueId context = transpose->input(0);
    const Node* product = edit_.maker(context, "MatMul");
    if (!product || !edit_.used_once(context)) return false;
    found_.nodes = 3;
    return match_values(product->input(1)) && match_weights(product->input(0)) && fits(out);
  }
  const Attention& found() const { return found_; }

 private:
  bool match_values(ValueId value) {
    const auto v = trace(value);
    if (!v || v->order != kHeadsFirst || v->scale != 1) return false;
    found_.v = *v;
    return true;
  }

  bool match_weights(ValueId value) {
    if (const Node* guard = edit_.used_once(value) ? edit_.maker(value, "Where") : nullptr) {
      const Node* test = edit_.maker(guard->input(0), "IsNaN");
      value = guard->input(2);
      if (!test || test->input(0) != value || !edit_.is_scalar(guard->input(1), 0) ||
          edit_.readers(value).size() != 2 || edit_.is_output(value))
        return false;
      found_.guarded = true;
      found_.nodes += 2;
    } else if (!edit_.used_once(value)) {
      return false;
    }
    const Node* softmax = edit_.maker(value, "Softmax");
    if (!softmax || edit_.shape(value).size() != 4) return false;
    // Before version 13 the last axis was named by 3 alone.
    const int64_t axis = softmax->integer("axis", softmax->version < 13 ? 1 : -1);
    ++found_.nodes;
    return (axis == -1 || axis == 3) && match_scores(softmax->input(0));
  }

  // Sums with masks, then products with numbers, then the product of queries and keys.
  bool match_scores(ValueId value) {
    while (edit_.used_once(value)) {
      const Node* node = edit_.maker(value);
      if (!node) return false;
      ++found_.nodes;
      if (node->is("MatMul")) return match_product(*node);
      if (node->is("Add") && found_.scale == 1) {
        value = step_over_mask(*node);
      } else if (node->is("Where") && found_.scale == 1) {
        value = step_over_choice(*node);
      } else if (const auto scaled = scaled_by_number(*node)) {
        value = scaled->value;
        found_.scale *= scaled->scale;
      } else {
        return false;
      }
      if (value == kNoValue) return false;
    }
    return false;
  }

  // The operand of a sum that leads to the scores; the other one is a mask. Sizes cannot tell which
  // is which, the way to a MatMul of heads does.
  ValueId step_over_mask(const Node& sum) {
    for (const Pair& p : both_orders(sum)) {
      if (!edit_.used_once(p.first) || !leads_to_product(p.first)) continue;
      found_.biases.push_back({.value = p.second});
      return p.first;
    }
    return kNoValue;
  }

  // The scores of Where(condition, lowest, scores).
  ValueId step_over_choice(const Node& choice) {
    constexpr double kAbsorbs = -1e30;  // a float of this size stays as it is when a score is added
    const auto lowest = edit_.scalar(choice.input(1));
    if (!lowest || !(*lowest <= kAbsorbs)) return kNoValue;
    ValueId condition = choice.input(0);
    if (const Node* repeated = edit_.maker(condition, "Expand")) condition = repeated->input(0);
    found_.biases.push_back({kNoValue, condition, choice.input(1)});
    return choice.input(2);
  }

  bool leads_to_product(ValueId value) const {
    for (int depth = 0; depth < 8; ++depth) {
      const Node* node = edit_.maker(value);
      if (!node) return false;
      if (node->is("MatMul")) return trace(node->input(0)) && trace(node->input(1));
      if (const auto scaled = scaled_by_number(*node))
        value = scaled->value;
      else if (node->is("Where"))
        value = node->input(2);
      else if (node->is("Add"))
        return leads_to_product(node->input(0)) || leads_to_product(node->input(1));
      else
        return false;
    }
    return false;
  }

  bool match_product(const Node& product) {
    const auto q = trace(product.input(0)), k = trace(product.input(1));
    if (!q || !k || q->order != kHeadsFirst || k->order != kTransposed) return false;
    found_.q = *q;
    found_.k = *k;
    found_.scale *= q->scale * k->scale;
    return true;
  }

  struct Scaled {
    ValueId value;
    double scale;
  };
  std::optional<Scaled> scaled_by_number(const Node& node) const {
    if (node.is("Div"))
      if (const auto divisor = edit_.scalar(node.input(1)); divisor && *divisor != 0)
        return Scaled{node.input(0), 1 / *divisor};
    if (node.is("Mul"))
      for (const Pair& p : both_orders(node))
        if (const auto factor = edit_.scalar(p.second)) return Scaled{p.first, *factor};
    return {};
  }

  // Goes up through transposes and scales to the Reshape that splits the last of three axes into
  // heads.
  std::optional<Heads> trace(ValueId value) const {
    Heads heads;
    heads.order = {0, 1, 2, 3};
    bool split = false;
    while (const Node* node = edit_.maker(value)) {
      if (const auto scaled = scaled_by_number(*node);
          scaled && edit_.same_type(scaled->value, value)) {
        heads.scale *= scaled->scale;
        value = scaled->value;
      } else if (!split && node->is("Transpose") && edit_.shape(value).size() == 4) {
        const Order outer = order_of(*node);
        for (int64_t& axis : heads.order) axis = outer[static_cast<size_t>(axis)];
        value = node->input(0);
      } else if (!split && node->is("Reshape") && splits_heads(*node)) {
        heads.heads = *edit_.graph().exprs->value(edit_.shape(value)[2]);
        value = node->input(0);
        split = true;
      } else {
        break;
      }
      ++heads.nodes;
    }
    if (!split || !edit_.is_f32(value)) return {};
    heads.source = value;
    return heads;
  }

  bool splits_heads(const Node& node) const {
    const graph::Shape &from = edit_.shape(node.input(0)), &to = edit_.shape(node.output(0));
    graph::ExprPool& e = *edit_.graph().exprs;
    return from.size() == 3 && to.size() == 4 && from[0] == to[0] && from[1] == to[1] &&
           e.value(to[2]) && e.value(to[3]) && e.mul(to[2], to[3]) == from[2];
  }

  static Order order_of(const Node& transpose) {
    const auto* perm = transpose.integers("perm");
    Order order = {3, 2, 1, 0};
    if (perm && perm->size() == 4) std::copy(perm->begin(), perm->end(), order.begin());
    return order;
  }

  // Shapes as inlay.Attention has them.
  bool fits(ValueId out) const {
    const graph::Shape &q = edit_.shape(found_.q.source), &k = edit_.shape(found_.k.source);
    const graph::Shape& v = edit_.shape(found_.v.source);
    const bool heads = found_.q.heads == found_.k.heads && found_.q.heads == found_.v.heads;
    const bool sizes = q[0] == k[0] && q[0] == v[0] && k[1] == v[1] && q[2] == k[2];
    if (!heads || !sizes || edit_.shape(out) != graph::Shape{q[0], q[1], v[2]}) return false;
    return std::all_of(found_.biases.begin(), found_.biases.end(),
                       [&](const Bias& bias) { return fits(bias); });
  }

  bool fits(const Bias& bias) const {
    const ValueId numbers = bias.value != kNoValue ? bias.value : bias.lowest;
    const ValueId spread = bias.value != kNoValue ? bias.value : bias.condition;
    return edit_.is_f32(numbers) && edit_.type(spread).shape && edit_.shape(spread).size() <= 4 &&
           (!found_.guarded || is_finite(edit_, numbers));
  }

  Edit& edit_;
  Attention found_;
};

ValueId insert(Edit& edit, NodeId position, std::string_view op, std::vector<ValueId> inputs) {
  Node node;
  node.op_type = op;
  node.version = 14;
  node.inputs = std::move(inputs);
  node.outputs = {edit.add_value("attention_bias", {})};
  const ValueId out = node.outputs[0];
  edit.insert_before(position, std::move(node));
  return out;
}

// A bias as a tensor, made before `position`.
ValueId tensor_of(Edit& edit, const Bias& bias, NodeId position) {
  if (bias.value != kNoValue) return bias.value;
  const ValueId zero = edit.add_constant(
      "no_bias", graph::make_tensor(graph::DType::kFloat32, {}, std::vector<float>{0}));
  return insert(edit, position, "Where", {bias.condition, bias.lowest, zero});
}

// One mask of several: their sum, made before `position`.
ValueId sum_of(Edit& edit, const std::vector<Bias>& biases, NodeId position) {
  ValueId sum = kNoValue;
  for (size_t i = biases.size(); i-- > 0;) {
    const ValueId bias = tensor_of(edit, biases[i], position);
    sum = sum == kNoValue ? bias : insert(edit, position, "Add", {sum, bias});
  }
  return sum;
}

}  // namespace

Status fuse_attention(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node& node = edit.graph().node(id);
    if (!node.is("Reshape")) continue;
    const ValueId out = node.output(0);
    Matcher matcher(edit);
    if (!matcher.match(out)) continue;
    const Attention& found = matcher.found();
    const ValueId bias = sum_of(edit, found.biases, id);
    Node made;
    made.op_type = "Attention";
    made.domain = "inlay";
    made.version = 1;
    made.inputs = {found.q.source, found.k.source, found.v.source, bias};
    made.attributes.emplace("heads", found.q.heads);
    made.attributes.emplace("scale", static_cast<float>(found.scale));
    made.attributes.emplace("causal", int64_t{0});
    edit.note("attention", found.nodes + found.q.nodes + found.k.nodes + found.v.nodes);
    edit.replace(out, std::move(made));
  }
  return Status();
}

}  // namespace inlay::rewrite
