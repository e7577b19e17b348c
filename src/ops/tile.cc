// Tile (ONNX 6…): the tensor repeated along each axis.
#include "ops/gathering.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// Axes [r0, s0, r1, s1, …] of repeats and sizes: the input broadcast along the repeats is the output.
Shape interleaved(const Shape& repeats, const Shape& sizes) {
  Shape out;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    out.push_back(repeats[axis]);
    out.push_back(sizes[axis]);
  }
  return out;
}

}  // namespace

Status infer_tile(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const std::vector<Expr> repeats, in.content_or_read(1));
  if (repeats.size() != shape.size())
    return in.error("expected {} repeats, found {}", shape.size(), repeats.size());
  if (2 * shape.size() > static_cast<size_t>(kMaxRank))
    return in.error("expected at most {} dimensions, found {}", kMaxRank / 2, shape.size());
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (const auto count = in.exprs().value(repeats[axis]); count && *count < 0)
      return in.error("expected repeats of at least 0, found {}", *count);
    shape[axis] = in.exprs().mul(shape[axis], repeats[axis]);
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_tile(Lowering& low) {
  const View source = low.view(0);
  const std::vector<Expr>& repeats = *low.graph().value(low.node().input(1)).content;
  View repeated = source;
  repeated.shape = interleaved(repeats, source.shape);
  repeated.strides =
      interleaved(std::vector<Expr>(repeats.size(), low.constant(0)), source.strides);
  low.step(copy_step(low.exprs(), repeated, low.output(0)));
  return Status();
}

}  // namespace inlay::ops
