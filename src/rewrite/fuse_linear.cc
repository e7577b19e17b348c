// Linear: a product with constant weights, and the constant bias that is added to it.
#include "rewrite/linear.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

struct Weight {
  ValueId matrix = kNoValue;  // constant, [k, n], or [n, k] where transposed
  bool transposed = false;
};

bool is_weight_type(graph::DType dtype) {
  return dtype == graph::DType::kFloat32 || dtype == graph::DType::kFloat16 ||
         dtype == graph::DType::kBfloat16;
}

// A constant float32 matrix, or the Transpose of one; also a 16-bit one that a Cast widens.
std::optional<Weight> weight_of(const Edit& edit, ValueId value) {
  if (!edit.is_f32(value)) return {};
  bool transposed = false;
  for (const Node* node = edit.maker(value); node; node = edit.maker(value)) {
    if (!node->is("Transpose") && !node->is("Cast")) return {};
    if (node->is("Transpose")) transposed = !transposed;
    value = node->input(0);
  }
  const graph::Tensor* tensor = edit.constant(value);
  if (!tensor || tensor->shape.size() != 2 || !is_weight_type(tensor->dtype)) return {};
  return Weight{value, transposed};
}

// A constant of n elements in the last axis as a vector; kNoValue when it is none.
ValueId bias_of(Edit& edit, ValueId value, int64_t n) {
  const graph::Tensor* tensor = edit.constant(value);
  if (!tensor || !edit.is_f32(value) || tensor->count() != n || tensor->shape.empty() ||
      tensor->shape.back() != n)
    return kNoValue;
  if (tensor->shape.size() == 1) return value;
  auto vector = std::make_shared<graph::Tensor>(*tensor);
  vector->shape = {n};
  return edit.add_constant(edit.graph().value(value).name, std::move(vector));
}

int64_t columns_of(const Edit& edit, const Weight& weight) {
  return edit.constant(weight.matrix)->shape[weight.transposed ? 0 : 1];
}

void fuse_mat_mul(Edit& edit, const Node& node) {
  const auto weight = weight_of(edit, node.input(1));
  const ValueId x = node.input(0);
  if (!weight || edit.constant(x) || edit.shape(x).empty()) return;
  edit.note("linear", 1);
  edit.replace(node.output(0), make_linear(x, weight->matrix, kNoValue, weight->transposed));
}

void fuse_gemm(Edit& edit, const Node& node) {
  auto weight = weight_of(edit, node.input(1));
  const ValueId x = node.input(0), c = node.input(2);
  const bool plain = node.real("alpha", 1) == 1 && node.integer("transA", 0) == 0 &&
                     (c == kNoValue || node.real("beta", 1) == 1);
  if (!weight || !plain || edit.constant(x)) return;
  if (node.integer("transB", 0) != 0) weight->transposed = !weight->transposed;
  const ValueId bias = c == kNoValue ? kNoValue : bias_of(edit, c, columns_of(edit, *weight));
  if (c != kNoValue && bias == kNoValue) return;
  edit.note("linear", 1);
  edit.replace(node.output(0), make_linear(x, weight->matrix, bias, weight->transposed));
}

void fuse_bias(Edit& edit, const Node& sum) {
  const ValueId out = sum.output(0);
  for (const Pair& p : both_orders(sum)) {
    const Node* linear = edit.maker(p.first);
    if (!linear || !is_plain_linear(*linear) || linear->input(3) != kNoValue ||
        !edit.used_once(p.first) || !edit.same_type(p.first, out))
      continue;
    const auto n = edit.graph().exprs->value(edit.shape(out).back());
    const ValueId bias = n ? bias_of(edit, p.second, *n) : kNoValue;
    if (bias == kNoValue) continue;
    Node made = *edit.maker(p.first);
    made.inputs[3] = bias;
    edit.note("linear", 2);
    edit.replace(out, std::move(made));
    return;
  }
}

}  // namespace

Status fuse_linear(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("MatMul")) fuse_mat_mul(edit, node);
    if (node.is("Gemm")) fuse_gemm(edit, node);
  }
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("Add")) fuse_bias(edit, node);
  }
  return Status();
}

}  // namespace inlay::rewrite
