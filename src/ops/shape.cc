// Shape (ONNX 1…): the sizes of a tensor, from axis `start` to before `end` (15…).
#include <algorithm>

#include "ops/op.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// The sizes that are asked for.
std::vector<Expr> slice_of(const graph::Node& node, const Shape& shape) {
  const auto rank = static_cast<int64_t>(shape.size());
  const auto clamp = [&](int64_t axis) {
    return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  const int64_t begin = clamp(node.integer("start", 0)), end = clamp(node.integer("end", rank));
  std::vector<Expr> out;
  for (int64_t axis = begin; axis < end; ++axis) out.push_back(shape[static_cast<size_t>(axis)]);
  return out;
}

}  // namespace

Status infer_shape(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  std::vector<Expr> sizes = slice_of(in.node(), shape);
  in.set_output(0, DType::kInt64, {in.constant(static_cast<int64_t>(sizes.size()))});
  in.set_content(0, std::move(sizes));
  return Status();
}

Status lower_shape(Lowering& low) {
  low.step(
      write_sizes_step(DType::kInt64, slice_of(low.node(), low.input_shape(0)), low.output(0)));
  return Status();
}

}  // namespace inlay::ops
