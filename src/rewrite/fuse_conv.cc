// What stands behind a Conv with constant weights goes into it: BatchNormalization, products and sums with a
// constant for each channel, a residual, an activation. A BatchNormalization that stands alone becomes
// inlay.ChannelAffine, which takes constants and an activation in the same way.
#include <cmath>

#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

using Elements = std::vector<double>;

constexpr size_t kBias = 2, kScale = 3, kResidual = 4;  // inputs of inlay.Conv

// x · scale + shift for each channel.
struct Affine {
  Elements scale, shift;
};

std::optional<Elements> constant_elements(const Edit& edit, ValueId value) {
  const graph::Tensor* tensor = edit.constant(value);
  return tensor ? graph::float_elements(*tensor) : std::nullopt;
}

bool is_plain(const Node& node) { return node.text("activation", "").empty(); }

// A Conv of domain "" or inlay that takes more behind it, without an activation and a residual.
bool takes_affine(const Edit& edit, const Node& node) {
  if (node.is("ChannelAffine", "inlay")) return is_plain(node);
  if (!node.is("Conv") && !node.is("Conv", "inlay")) return false;
  return edit.is_f32(node.input(0)) && edit.constant(node.input(1)) &&
         edit.shape(node.input(0)).size() <= 5 && is_plain(node) &&
         node.input(kResidual) == kNoValue &&
         (node.input(kBias) == kNoValue || edit.constant(node.input(kBias)));
}

Node as_fused(Node node) {
  if (node.domain == "inlay") return node;
  node.domain = "inlay";
  node.version = 1;
  node.inputs.resize(kResidual + 1, kNoValue);
  return node;
}

ValueId add_vector(Edit& edit, const Elements& elements) {
  const std::vector<float> values(elements.begin(), elements.end());
  return edit.add_constant(
      "channels",
      graph::make_tensor(graph::DType::kFloat32, {static_cast<int64_t>(values.size())}, values));
}

// The vector in input `i`, or `fallback` for each of `n` channels.
Elements vector_of(const Edit& edit, const Node& node, size_t i, size_t n, double fallback) {
  if (node.input(i) == kNoValue) return Elements(n, fallback);
  return *constant_elements(edit, node.input(i));
}

// `node`, whose channels take `behind` after what they have.
Node with_affine(Edit& edit, Node node, const Affine& behind) {
  const bool conv = node.op_type == "Conv";
  const size_t n = behind.scale.size(), scale_at = conv ? kScale : 1, shift_at = 2;
  Elements scale = vector_of(edit, node, scale_at, n, 1);
  Elements shift = vector_of(edit, node, shift_at, n, 0);
  for (size_t i = 0; i < n; ++i) {
    scale[i] *= behind.scale[i];
    shift[i] = shift[i] * behind.scale[i] + behind.shift[i];
  }
  node = as_fused(std::move(node));
  node.inputs[scale_at] = add_vector(edit, scale);
  node.inputs[shift_at] = add_vector(edit, shift);
  return node;
}

// The channels of a value whose number is known; 0 for others.
size_t channels_of(const Edit& edit, ValueId value) {
  if (!edit.is_f32(value) || edit.shape(value).size() < 2) return 0;
  const auto channels = edit.graph().exprs->value(edit.shape(value)[1]);
  return channels && *channels > 0 ? static_cast<size_t>(*channels) : 0;
}

std::optional<Affine> affine_of_norm(const Edit& edit, const Node& node) {
  const size_t n = channels_of(edit, node.input(0));
  if (n == 0 || node.integer("training_mode", 0) != 0) return {};
  Elements inputs[4];
  for (size_t i = 0; i < 4; ++i) {
    const auto elements = constant_elements(edit, node.input(1 + i));
    if (!elements || elements->size() != n) return {};
    inputs[i] = *elements;
  }
  const auto epsilon = static_cast<double>(node.real("epsilon", 1e-5f));
  Affine out;
  for (size_t i = 0; i < n; ++i) {
    out.scale.push_back(inputs[0][i] / std::sqrt(inputs[3][i] + epsilon));
    out.shift.push_back(inputs[1][i] - inputs[2][i] * out.scale[i]);
  }
  return out;
}

void fuse_norm(Edit& edit, const Node& node) {
  const auto affine = affine_of_norm(edit, node);
  if (!affine) return;
  const ValueId x = node.input(0), out = node.output(0);
  const Node* before = edit.used_once(x) ? edit.maker(x) : nullptr;
  if (before && takes_affine(edit, *before)) {
    edit.note("conv", 2);
    return edit.replace(out, with_affine(edit, *before, *affine));
  }
  Node made;
  made.op_type = "ChannelAffine";
  made.domain = "inlay";
  made.version = 1;
  made.inputs = {x, add_vector(edit, affine->scale), add_vector(edit, affine->shift)};
  made.attributes.emplace("activation", std::string());
  edit.note("channel_affine", 1);
  edit.replace(out, std::move(made));
}

// A constant of shape [channels, 1, …] with as many axes as `value` has behind the batch.
std::optional<Elements> channel_constant(const Edit& edit, ValueId constant, ValueId value) {
  const graph::Tensor* tensor = edit.constant(constant);
  const size_t n = channels_of(edit, value), rank = edit.shape(value).size();
  if (!tensor || n == 0 || !edit.is_f32(constant)) return {};
  std::vector<int64_t> shape = tensor->shape;
  if (shape.size() == rank && shape[0] == 1) shape.erase(shape.begin());
  if (shape.size() != rank - 1 || shape[0] != static_cast<int64_t>(n) ||
      tensor->count() != static_cast<int64_t>(n))
    return {};
  return graph::float_elements(*tensor);
}

// A product or a sum with a constant for each channel.
bool fuse_constant(Edit& edit, const Node& node) {
  for (const Pair& p : both_orders(node)) {
    const Node* before = edit.used_once(p.first) ? edit.maker(p.first) : nullptr;
    if (!before || !takes_affine(edit, *before)) continue;
    const auto elements = channel_constant(edit, p.second, p.first);
    if (!elements) continue;
    const size_t n = elements->size();
    const Affine affine = node.op_type == "Mul" ? Affine{*elements, Elements(n, 0)}
                                                : Affine{Elements(n, 1), *elements};
    edit.note("conv", 2);
    edit.replace(node.output(0), with_affine(edit, *before, affine));
    return true;
  }
  return false;
}

bool is_conv(const Edit& edit, const Node& node) {
  return takes_affine(edit, node) && node.op_type == "Conv";
}

void fuse_residual_of(Edit& edit, const Node& sum) {
  const ValueId out = sum.output(0);
  for (const Pair& p : both_orders(sum)) {
    const Node* conv = edit.used_once(p.first) ? edit.maker(p.first) : nullptr;
    if (!conv || !is_conv(edit, *conv) || p.first == p.second || !edit.same_type(p.first, p.second))
      continue;
    Node made = as_fused(*conv);
    made.inputs[kResidual] = p.second;
    edit.note("conv", 2);
    return edit.replace(out, std::move(made));
  }
}

std::string_view activation_name(const Node& node) {
  if (node.is("Relu")) return "relu";
  if (node.is("Sigmoid")) return "sigmoid";
  if (node.is("Tanh")) return "tanh";
  return {};
}

void fuse_activation_of(Edit& edit, const Node& node) {
  const std::string_view name = activation_name(node);
  if (name.empty()) return;
  const ValueId x = node.input(0);
  const Node* before = edit.used_once(x) ? edit.maker(x) : nullptr;
  if (!before || !is_plain(*before)) return;
  const bool with_residual = before->is("Conv", "inlay") && before->input(kResidual) != kNoValue;
  if (!with_residual && !takes_affine(edit, *before)) return;
  Node made = as_fused(*before);
  made.attributes.insert_or_assign("activation", std::string(name));
  edit.note("conv", 2);
  edit.replace(node.output(0), std::move(made));
}

// x · sigmoid(x), where both read one Conv.
void fuse_silu(Edit& edit, const Node& product) {
  for (const Pair& p : both_orders(product)) {
    const Node* sigmoid = edit.used_once(p.second) ? edit.maker(p.second, "Sigmoid") : nullptr;
    const Node* conv = edit.maker(p.first);
    if (!sigmoid || !conv || sigmoid->input(0) != p.first || edit.is_output(p.first) ||
        edit.readers(p.first).size() != 2 || !takes_affine(edit, *conv))
      continue;
    Node made = as_fused(*conv);
    made.attributes.insert_or_assign("activation", std::string("silu"));
    edit.note("conv", 3);
    return edit.replace(product.output(0), std::move(made));
  }
}

bool is_sum(const Node& node) {
  return node.is("Add") || (node.is("Sum") && node.inputs.size() == 2);
}

}  // namespace

Status fuse_conv(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("BatchNormalization")) fuse_norm(edit, node);
    if ((node.is("Mul") || is_sum(node)) && fuse_constant(edit, node)) continue;
    if (is_sum(node)) fuse_residual_of(edit, node);
    if (node.is("Mul")) fuse_silu(edit, node);
  }
  for (NodeId id : edit.nodes()) fuse_activation_of(edit, Node(edit.graph().node(id)));
  return Status();
}

}  // namespace inlay::rewrite
