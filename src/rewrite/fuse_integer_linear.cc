// IntegerLinear: float(MatMulInteger) times the product of both scales, and the bias behind it, as dynamic
// quantization spells a product with constant weights:
//
//   Mul(Cast(MatMulInteger(a, b, a_zero, b_zero)), Mul(a_scale, b_scale)) [+ bias]
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

enum Input : size_t { kA, kB, kAScale, kBScale, kAZero, kBZero, kBias, kInputs };

bool has_elements(const Edit& edit, ValueId value, graph::Expr count) {
  const auto& shape = edit.type(value).shape;
  return shape && edit.graph().exprs->product(*shape) == count;
}

// The product behind a cast to float32, if nothing else reads either.
const Node* product_of(const Edit& edit, ValueId value) {
  const Node* cast = edit.used_once(value) ? edit.maker(value, "Cast") : nullptr;
  if (!cast || !edit.is_f32(value) || !edit.used_once(cast->input(0))) return nullptr;
  const Node* product = edit.maker(cast->input(0), "MatMulInteger");
  const bool matrix = product && edit.constant(product->input(1)) &&
                      edit.shape(product->input(1)).size() == 2 &&
                      !edit.shape(product->input(0)).empty();
  return matrix ? product : nullptr;
}

// IntegerLinear takes scales of one element for a, and one or one a column for b.
bool take_scales(const Edit& edit, const Pair& scales, const Node& product, Node& made) {
  const graph::Expr one = edit.graph().exprs->constant(1);
  const graph::Expr columns = edit.shape(product.input(1)).back();
  const auto& b_shape = edit.type(scales.second).shape;
  const bool of_b = has_elements(edit, scales.second, one) ||
                    (b_shape && b_shape->size() == 1 && b_shape->front() == columns);
  if (!edit.is_f32(scales.first) || !edit.is_f32(scales.second) || !of_b ||
      !has_elements(edit, scales.first, one))
    return false;
  made.inputs[kAScale] = scales.first;
  made.inputs[kBScale] = scales.second;
  return true;
}

void fuse_scales(Edit& edit, const Node& mul) {
  for (const Pair& p : both_orders(mul)) {
    const Node* product = product_of(edit, p.first);
    const Node* factor = edit.maker(p.second, "Mul");
    if (!product || !factor || !edit.same_type(p.first, mul.output(0))) continue;
    Node made;
    made.op_type = "IntegerLinear";
    made.domain = "inlay";
    made.version = 1;
    made.inputs.assign(kInputs, kNoValue);
    made.inputs[kA] = product->input(0);
    made.inputs[kB] = product->input(1);
    made.inputs[kAZero] = product->input(2);
    made.inputs[kBZero] = product->input(3);
    made.attributes.emplace("activation", std::string());
    for (const Pair& scales : both_orders(*factor)) {
      if (!take_scales(edit, scales, *product, made)) continue;
      edit.note("integer_linear", 4);
      edit.replace(mul.output(0), std::move(made));
      return;
    }
  }
}

void fuse_bias(Edit& edit, const Node& sum) {
  for (const Pair& p : both_orders(sum)) {
    const Node* linear = edit.maker(p.first);
    if (!linear || !linear->is("IntegerLinear", "inlay") || linear->input(kBias) != kNoValue ||
        !edit.used_once(p.first) || !edit.same_type(p.first, sum.output(0)))
      continue;
    const graph::Tensor* bias = edit.constant(p.second);
    const auto columns = edit.graph().exprs->value(edit.shape(p.first).back());
    if (!bias || !columns || !edit.is_f32(p.second) || bias->shape.empty() ||
        bias->count() != *columns || bias->shape.back() != *columns)
      continue;
    Node made = *linear;
    made.inputs[kBias] = p.second;
    edit.note("integer_linear", 2);
    edit.replace(sum.output(0), std::move(made));
    return;
  }
}

}  // namespace

Status fuse_integer_linear(Edit& edit) {
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("Mul")) fuse_scales(edit, node);
  }
  for (NodeId id : edit.nodes()) {
    const Node node = edit.graph().node(id);
    if (node.is("Add")) fuse_bias(edit, node);
  }
  return Status();
}

}  // namespace inlay::rewrite
