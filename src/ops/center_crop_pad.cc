// CenterCropPad (ONNX 18): the middle of an axis that is too long, zeros around one that is too short.
#include "ops/arguments.h"
#include "ops/gathering.h"
#include "ops/padding.h"

namespace inlay::ops {
namespace {

// The target of each axis, known since inference; axes that are not named stay as they are.
Result<Shape> target_shape(const graph::Graph& graph, const graph::Node& node, Shape shape) {
  const std::vector<Expr>& wanted = *graph.value(node.input(1)).content;
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, 2, shape.size()));
  if (wanted.size() != (axes ? axes->size() : shape.size()))
    return invalid("{}: input 1: expected {} sizes, found {}", describe(graph, node),
                   axes ? axes->size() : shape.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    shape[axes ? static_cast<size_t>((*axes)[i]) : i] = wanted[i];
  return shape;
}

}  // namespace

Status infer_center_crop_pad(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_TRY(in.content_or_read(1).status());
  INLAY_ASSIGN(Shape target, target_shape(in.graph(), in.node(), std::move(shape)));
  in.set_output(0, in.dtype(0), std::move(target));
  return Status();
}

Status lower_center_crop_pad(Lowering& low) {
  ExprPool& e = low.exprs();
  const Shape &shape = low.input_shape(0), &target = low.output_shape(0);
  const Expr two = low.constant(2), zero = low.constant(0);
  std::vector<Expr> front;
  for (size_t a = 0; a < shape.size(); ++a) {
    const Expr more = e.sub(target[a], shape[a]), less = e.sub(shape[a], target[a]);
    front.push_back(e.if_less(shape[a], target[a], e.floor_div(more, two),
                              e.sub(zero, e.floor_div(less, two))));
  }
  return lower_zero_padding(low, front);
}

}  // namespace inlay::ops
