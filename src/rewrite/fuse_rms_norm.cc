// inlay.LayerNorm without a mean: RMSNormalization over the last axis, or its parts as T5's layers are
// exported:
//
//   r = √(ReduceMean(x²) + epsilon);  y = gamma * (x * (1 / r))
//
// x² may be Pow(x, 2) or Mul(x, x); 1 / r a Div or a Reciprocal, or x / r one node.
#include <set>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

class Matcher {
 public:
  explicit Matcher(Edit& edit) : edit_(edit) {}

  // `out` is the product with gamma.
  bool match(ValueId out) {
    const Node* scaled = take(out, "Mul");
    if (!scaled) return false;
    for (const Pair& p : both_orders(*scaled)) {
      const graph::Tensor* scale = edit_.constant(p.second);
      if (!scale || !edit_.is_f32(p.second) || scale->shape.size() != 1 ||
          !edit_.used_once(p.first) || !match_normalized(p.first))
        continue;
      gamma = p.second;
      return edit_.is_f32(x) && edit_.shape(x) == edit_.shape(out) &&
             edit_.shape(p.second)[0] == edit_.shape(x).back();
    }
    return false;
  }
  int nodes() const { return static_cast<int>(nodes_.size()); }

  ValueId x = kNoValue, gamma = kNoValue;
  double epsilon = 0;

 private:
  const Node* take(ValueId value, std::string_view op) {
    const Node* node = edit_.maker(value, op);
    if (node) nodes_.insert(edit_.maker_id(value));
    return node;
  }

  bool match_normalized(ValueId value) {
    if (const Node* quotient = take(value, "Div")) {
      x = quotient->input(0);
      return match_root(quotient->input(1));
    }
    const Node* product = take(value, "Mul");
    if (!product) return false;
    for (const Pair& p : both_orders(*product)) {
      x = p.first;
      if (edit_.used_once(p.second) && match_inverse(p.second)) return true;
    }
    return false;
  }

  bool match_inverse(ValueId value) {
    if (const Node* inverse = take(value, "Reciprocal")) return match_root(inverse->input(0));
    const Node* quotient = take(value, "Div");
    return quotient && edit_.is_scalar(quotient->input(0), 1) && match_root(quotient->input(1));
  }

  bool match_root(ValueId value) {
    const Node* root = edit_.used_once(value) ? take(value, "Sqrt") : nullptr;
    const Node* sum =
        root && edit_.used_once(root->input(0)) ? take(root->input(0), "Add") : nullptr;
    if (!sum) return false;
    for (const Pair& p : both_orders(*sum)) {
      const auto number = edit_.scalar(p.second);
      if (!number || !edit_.used_once(p.first)) continue;
      epsilon = *number;
      const Node* mean = take(p.first, "ReduceMean");
      return mean && is_over_last(*mean) && is_square(mean->input(0));
    }
    return false;
  }

  bool is_over_last(const Node& mean) const {
    if (mean.integer("keepdims", 1) == 0) return false;
    const auto rank = static_cast<double>(edit_.shape(mean.input(0)).size());
    std::optional<double> axis = edit_.scalar(mean.input(1));
    if (const auto* axes = mean.integers("axes"); axes && axes->size() == 1)
      axis = static_cast<double>((*axes)[0]);
    return axis && (*axis == -1 || *axis == rank - 1);
  }

  bool is_square(ValueId value) {
    if (!edit_.used_once(value)) return false;
    if (const Node* power = take(value, "Pow"))
      return power->input(0) == x && edit_.is_scalar(power->input(1), 2);
    const Node* product = take(value, "Mul");
    return product && product->input(0) == x && product->input(1) == x;
  }

  Edit& edit_;
  std::set<NodeId> nodes_;
};

Node rms_norm(ValueId x, ValueId gamma, float epsilon) {
  Node made;
  made.op_type = "LayerNorm";
  made.domain = "inlay";
  made.version = 1;
  made.inputs = {x, kNoValue, gamma, kNoValue};
  made.attributes.emplace("epsilon", epsilon);
  made.attributes.emplace("rms", int64_t{1});
  return made;
}

void fuse_operator(Edit& edit, const Node& node) {
  const ValueId x = node.input(0), gamma = node.input(1);
  const auto rank = static_cast<int64_t>(edit.shape(x).size());
  const int64_t axis = node.integer("axis", -1);
  if ((axis != -1 && axis != rank - 1) || !edit.is_f32(x) || edit.shape(gamma).size() != 1 ||
      edit.shape(gamma)[0] != edit.shape(x).back())
    return;
  edit.note("rms_norm", 1);
  edit.replace(node.output(0), rms_norm(x, gamma, node.real("epsilon", 1e-5f)));
}

}  // namespace

Status fuse_rms_norm(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("RMSNormalization")) fuse_operator(edit, node);
    if (!node.is("Mul")) continue;
    Matcher matcher(edit);
    if (!matcher.match(node.output(0))) continue;
    edit.note("rms_norm", matcher.nodes());
    edit.replace(node.output(0),
                 rms_norm(matcher.x, matcher.gamma, static_cast<float>(matcher.epsilon)));
  }
  return Status();
}

}  // namespace inlay::rewrite
