// LayerNorm: LayerNormalization over the last axis, or the nodes that make one:
//
//   c = x - ReduceMean(x);  v = ReduceMean(c²);  y = c / √(v + epsilon) * gamma (+ beta)
//
// c² may be Pow(c, 2) or Mul(c, c), and c may stand twice; the quotient may be a product with a
// Reciprocal.
#include <cmath>
#include <set>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

constexpr std::string_view kName = "layer_norm";

struct Norm {
  ValueId x = kNoValue, gamma = kNoValue, beta = kNoValue;
  double epsilon = 0;
  std::set<NodeId> nodes;  // what is replaced
};

class Matcher {
 public:
  explicit Matcher(Edit& edit) : edit_(edit) {}

  // `out` is the last node's output: the sum with beta, or the product with gamma.
  bool match(ValueId out) {
    const Node* sum = take(out, "Add");
    if (sum) {
      for (const Pair& p : both_orders(*sum))
        if (is_vector(p.second) && edit_.used_once(p.first) && match_scaled(p.first)) {
          norm_.beta = p.second;
          return finish(out);
        }
      return false;
    }
    return match_scaled(out) && finish(out);
  }
  const Norm& norm() const { return norm_; }

 private:
  const Node* take(ValueId value, std::string_view op) {
    const Node* node = edit_.maker(value, op);
    if (node) norm_.nodes.insert(edit_.maker_id(value));
    return node;
  }

  // A constant [n] where n is the last axis of the normalized tensor.
  bool is_vector(ValueId value) const {
    const graph::Tensor* tensor = edit_.constant(value);
    return tensor && edit_.is_f32(value) && tensor->shape.size() == 1;
  }

  bool match_scaled(ValueId value) {
    const Node* product = take(value, "Mul");
    if (!product) return false;
    for (const Pair& p : both_orders(*product))
      if (is_vector(p.second) && edit_.used_once(p.first) && match_normalized(p.first)) {
        norm_.gamma = p.second;
        return true;
      }
    return false;
  }

  bool match_normalized(ValueId value) {
    if (const Node* quotient = take(value, "Div"))
      return match_deviation(quotient->input(1), quotient->input(0));
    const Node* product = take(value, "Mul");
    if (!product) return false;
    for (const Pair& p : both_orders(*product)) {
      const Node* inverse = edit_.used_once(p.second) ? take(p.second, "Reciprocal") : nullptr;
      if (inverse && match_deviation(inverse->input(0), p.first)) return true;
    }
    return false;
  }

  // √(ReduceMean(c²) + epsilon)
  bool match_deviation(ValueId value, ValueId centered) {
    if (!edit_.used_once(value)) return false;
    ValueId under_root = kNoValue;
    if (const Node* root = take(value, "Sqrt")) under_root = root->input(0);
    if (const Node* power = edit_.maker(value, "Pow");
        power && edit_.is_scalar(power->input(1), 0.5)) {
      take(value, "Pow");
      under_root = power->input(0);
    }
    if (under_root == kNoValue || !edit_.used_once(under_root)) return false;
    const Node* sum = take(under_root, "Add");
    if (!sum) return false;
    for (const Pair& p : both_orders(*sum)) {
      const auto epsilon = edit_.scalar(p.second);
      if (!epsilon || !edit_.used_once(p.first)) continue;
      norm_.epsilon = *epsilon;
      if (const ValueId squares = mean_over_last(p.first); squares != kNoValue)
        return match_squares(squares, centered);
    }
    return false;
  }

  bool match_squares(ValueId value, ValueId centered) {
    if (!edit_.used_once(value)) return false;
    if (const Node* power = take(value, "Pow"))
      return edit_.is_scalar(power->input(1), 2) && match_centered(power->input(0), centered);
    const Node* product = take(value, "Mul");
    return product && product->input(0) == product->input(1) &&
           match_centered(product->input(0), centered);
  }

  // Both are x - ReduceMean(x), one node or two that are alike.
  bool match_centered(ValueId a, ValueId b) {
    const ValueId x = centered_of(a);
    norm_.x = x;
    return x != kNoValue && (a == b || centered_of(b) == x);
  }

  ValueId centered_of(ValueId value) {
    const Node* difference = take(value, "Sub");
    if (!difference || mean_over_last(difference->input(1)) != difference->input(0))
      return kNoValue;
    return difference->input(0);
  }

  // The input of a ReduceMean over the last axis that keeps it.
  ValueId mean_over_last(ValueId value) {
    const Node* mean = take(value, "ReduceMean");
    if (!mean || mean->integer("keepdims", 1) == 0) return kNoValue;
    const ValueId input = mean->input(0);
    const auto rank = static_cast<int64_t>(edit_.shape(input).size());
    std::optional<double> axis = edit_.scalar(mean->input(1));
    if (const auto* axes = mean->integers("axes"); axes && axes->size() == 1)
      axis = static_cast<double>((*axes)[0]);
    const bool last = axis && (*axis == -1 || *axis == static_cast<double>(rank - 1));
    return last ? input : kNoValue;
  }

  // Nothing outside may read what lies between x and the end.
  bool finish(ValueId out) const {
    if (!edit_.is_f32(norm_.x) || edit_.shape(norm_.x) != edit_.shape(out)) return false;
    for (NodeId id : norm_.nodes) {
      const ValueId made = edit_.graph().node(id).output(0);
      if (made == out) continue;
      if (edit_.is_output(made)) return false;
      for (NodeId reader : edit_.readers(made))
        if (!norm_.nodes.contains(reader)) return false;
    }
    return true;
  }

  Edit& edit_;
  Norm norm_;
};

Node layer_norm(const Norm& norm) {
  Node made;
  made.op_type = "LayerNorm";
  made.domain = "inlay";
  made.version = 1;
  made.inputs = {norm.x, kNoValue, norm.gamma, norm.beta};
  made.attributes.emplace("epsilon", static_cast<float>(norm.epsilon));
  return made;
}

bool fuse_parts(Edit& edit, ValueId out) {
  Matcher matcher(edit);
  if (!matcher.match(out)) return false;
  const Norm norm = matcher.norm();
  edit.note(kName, static_cast<int>(norm.nodes.size()));
  edit.replace(out, layer_norm(norm));
  return true;
}

void fuse_operator(Edit& edit, const Node& node) {
  const ValueId x = node.input(0), gamma = node.input(1), beta = node.input(2),
                out = node.output(0);
  const auto rank = static_cast<int64_t>(edit.shape(x).size());
  const int64_t axis = node.integer("axis", -1);
  const auto is_vector = [&](ValueId v) { return edit.shape(v).size() == 1; };
  if ((axis != -1 && axis != rank - 1) || !edit.is_f32(x) || node.output(1) != kNoValue ||
      node.output(2) != kNoValue || !is_vector(gamma) || (beta != kNoValue && !is_vector(beta)))
    return;
  edit.note(kName, 1);
  edit.replace(out,
               layer_norm({x, gamma, beta, static_cast<double>(node.real("epsilon", 1e-5f)), {}}));
}

}  // namespace

// A LayerNorm without beta is the beginning of one with it, so sums go first: what they match is
// gone then.
Status fuse_layer_norm(Edit& edit) {
  for (std::string_view last : {"Add", "Mul"})
    for (NodeId id : edit.nodes())
      if (edit.graph().node(id).is(last)) fuse_parts(edit, edit.graph().node(id).output(0));
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("LayerNormalization")) fuse_operator(edit, node);
  }
  return Status();
}

}  // namespace inlay::rewrite
